import { digestOf } from '../../plan/canonical.ts';
import type { FlashInputs } from './inputs.ts';

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
