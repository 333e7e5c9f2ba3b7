import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * Unpacks one of our own verified archives into a new folder, for a person to look at.
 * Links are not followed out of it: tar-fs refuses members that escape.
 */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const { extract } = await import('tar-fs');
  await pipeline(createReadStream(archive), createGunzip(), extract(folder, { dmode: 0o755, fmode: 0o644 }));
}
