/** The lock's name, beside the project's own files; inside a build every lock is called so. */
export const LOCK_FILE = 'ovenbird.lock';

/** The same for executables for Windows: a project that is built for both keeps both. */
export const WINDOWS_LOCK_FILE = 'ovenbird.windows.lock';

/** @param platform what the packages are for: `windows/amd64` */
export function lockFileOf(platform: string): string {
  return platform.startsWith('windows/') ? WINDOWS_LOCK_FILE : LOCK_FILE;
}

/** True when the lock was made from inputs of this digest, which stands in its third line. */
export function lockIsCurrent(lock: string, inputsDigest: string): boolean {
  const [first, , third] = lock.split('\n', 3);
  return first === '# ovenbird.lock 1' && third === `# inputs ${inputsDigest}`;
}

/** How many packages a lock installs. */
export function countPackages(lock: string): number {
  return lock.split('\n').filter((line) => /^[A-Za-z0-9].*(?:==| @ )/.test(line)).length;
}
