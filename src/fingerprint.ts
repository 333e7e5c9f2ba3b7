import { hash, scrypt } from 'node:crypto';

/**
 * Tells these secrets from others, for the engine's cache: its keys know no secrets. The work of
 * guessing a password by it is that of scrypt, for somebody who has all the rest.
 */
export function fingerprintOf(secrets: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const digests = [...secrets].map(([id, value]) => `${id} ${hash('sha256', value)}\n`);
  return new Promise((resolve, reject) => {
    scrypt(digests.sort().join(''), 'ovenbird', 32, (error, key) => {
      if (error) reject(error);
      else resolve(key.toString('hex'));
    });
  });
}
