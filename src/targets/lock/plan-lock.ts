import { lockFileOf, lockIsCurrent } from './lock-file.ts';
import { resolveFiles, type Resolution } from './resolve-files.ts';

/** Whether a build resolves, as its plan says it. */
export interface PlannedLock {
  /** The project's own lock, when it is current. */
  readonly given: string | undefined;
  /** The template's `{{lock}}`. */
  readonly stage: 'lock-given' | 'lock-resolved';
  /** For the context's `plan/` root. */
  readonly files: Readonly<Record<string, string>>;
  /** A sentence that is shown. */
  readonly reason: string;
  /** In the plan's facts: with `resolve` the received lock is the project's new one. */
  readonly fact: 'given' | 'resolve';
}

/**
 * A lock that was made from these inputs is installed as it is; else the requirements are
 * resolved anew, and a stale lock's versions are kept where they can be.
 */
export function planLock(resolution: Resolution): PlannedLock {
  const { previous, inputsDigest } = resolution;
  const name = lockFileOf(resolution.platform);
  if (previous !== undefined && lockIsCurrent(previous, inputsDigest)) {
    return {
      given: previous,
      stage: 'lock-given',
      files: { 'lock/ovenbird.lock': previous },
      reason: `dependencies are taken from ${name}`,
      fact: 'given',
    };
  }
  return {
    given: undefined,
    stage: 'lock-resolved',
    files: resolveFiles(resolution),
    reason: `dependencies are resolved anew: ${name} is missing or was made from other inputs`,
    fact: 'resolve',
  };
}
