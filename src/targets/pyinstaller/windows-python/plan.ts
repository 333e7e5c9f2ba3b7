import type { BuildPlan } from '../../../plan/schema.ts';
import { canonicalJson } from '../../../plan/canonical.ts';
import type { Versions } from '../../../versions.ts';
import type { WindowsPython } from './read.ts';

/** The context's root for a Windows Python that is a file or a folder. */
export const WINDOWS_PYTHON_ROOT = 'windows-python';

/** The parts of a plan that the template's Windows stages need. */
export interface WindowsPart extends Pick<BuildPlan, 'stages' | 'files'> {
  readonly images: NonNullable<BuildPlan['images']>;
  readonly inputs: NonNullable<BuildPlan['inputs']>;
}

export function planWindowsPython(
  given: WindowsPython,
  { python, versions }: { readonly python: string; readonly versions: Versions },
): WindowsPart {
  const { image, standIn } = versions.debian.trixie;
  const wine = { reference: image, standIn };
  const files = { 'windows-python/request.json': canonicalJson({ python }) };
  if (given.kind === 'image') {
    return {
      images: { wine, windowsimage: { reference: given.reference } },
      stages: { windowspython: 'windows-python-image' },
      files,
      inputs: {},
    };
  }
  return {
    images: { wine },
    stages: { windowspython: 'windows-python-files' },
    files,
    inputs: { [WINDOWS_PYTHON_ROOT]: given.digest },
  };
}
