/** The lock's name, beside the project's own files. */
export const LOCK_FILE = 'ovenbird.lock';

/** True when the lock was made from inputs of this digest, which stands in its third line. */
export function lockIsCurrent(lock: string, inputsDigest: string): boolean {
  const [first, , third] = lock.split('\n', 3);
  return first === '# ovenbird.lock 1' && third === `# inputs ${inputsDigest}`;
}

/** How many packages a lock installs. */
export function countPackages(lock: string): number {
  return lock.split('\n').filter((line) => /^[A-Za-z0-9].*(?:==| @ )/.test(line)).length;
}
