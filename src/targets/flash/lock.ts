import { digestOf } from '../../plan/canonical.ts';
import type { FlashInputs } from './inputs.ts';

/**
 * Digest over everything that decides what a resolution gives. It stands in the lock's third
 * line; a lock with another digest is stale.
 */
export function lockInputsDigest(inputs: FlashInputs, excludes: readonly string[]): string {
  const { requirements } = inputs;
  return digestOf({
    python: inputs.python,
    platform: inputs.platform,
    glibc: inputs.glibc,
    noDeps: inputs.options.noDeps,
    excludes,
    decorators: inputs.decorators.map((entry) => entry.requirement),
    files: requirements.files.map((file) => [file.path, file.text]),
    named: [...requirements.entries, ...inputs.groups].map((entry) => entry.requirement),
    uvLock: requirements.uvLock ?? null,
    groups: inputs.options.group,
  });
}
