import { digestOf } from '../../plan/canonical.ts';
import type { FlashInputs } from './inputs.ts';

/** The lock's name, beside the project's own files. */
export const LOCK_FILE = 'ovenbird.lock';

/**
 * Digest over everything that decides what a resolution gives. It stands in the lock's third
 * line; a lock with another digest is stale.
 */
export function lockInputsDigest(inputs: FlashInputs, excludes: readonly string[]): string {
  return digestOf({
    python: inputs.python,
    platform: inputs.platform,
    glibc: inputs.glibc,
    noDeps: inputs.options.noDeps,
    excludes,
    decorators: inputs.decorators.map((entry) => entry.requirement),
    requirementFiles: inputs.requirementFiles.map((file) => [file.path, file.text]),
  });
}

/** True when the lock was made from these inputs. */
export function lockIsCurrent(lock: string, inputsDigest: string): boolean {
  const [first, , third] = lock.split('\n', 3);
  return first === '# ovenbird.lock 1' && third === `# inputs ${inputsDigest}`;
}

/** How many packages a lock installs. */
export function lockedPackages(lock: string): number {
  return lock.split('\n').filter((line) => /^[A-Za-z0-9].*(?:==| @ )/.test(line)).length;
}
