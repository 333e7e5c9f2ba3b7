import { OvenbirdError, type Problem } from '../../../errors.ts';
import type { ProjectTree } from '../../../project/tree.ts';
import type { Versions } from '../../../versions.ts';
import { planWindowsPython, WINDOWS_PYTHON_ROOT, type WindowsPart } from './plan.ts';
import { readWindowsPython, windowsPythonMissing, type WindowsPython } from './read.ts';

export interface FoundWindowsPython {
  readonly part?: WindowsPart;
  /** For the build's context. */
  readonly trees?: ReadonlyMap<string, ProjectTree>;
  readonly problems: readonly Problem[];
}

/** The Windows Python that was asked for, as a plan has it. */
export async function findWindowsPython({
  asked,
  python,
  versions,
}: {
  readonly asked: { readonly given: string; readonly folder: string } | undefined;
  readonly python: string;
  readonly versions: Versions;
}): Promise<FoundWindowsPython> {
  if (!asked) return { problems: [windowsPythonMissing(python)] };
  let found: WindowsPython;
  try {
    found = await readWindowsPython({ ...asked, python });
  } catch (thrown) {
    if (thrown instanceof OvenbirdError) return { problems: thrown.problems };
    throw thrown;
  }
  return {
    part: planWindowsPython(found, { python, versions }),
    trees: found.kind === 'image' ? new Map() : new Map([[WINDOWS_PYTHON_ROOT, found.tree]]),
    problems: [],
  };
}
