import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import { readGroups } from '../../project/dependency-groups.ts';
import { normaliseName, parseRequirement } from '../../project/pep508.ts';
import { chooseRequirements, type ChosenRequirements } from '../../project/requirement-sources/choose.ts';
import { checkEntries, type RequirementEntry } from '../../project/requirement-sources/entries.ts';
import { BUNDLED_SDKS, WORKER_EXCLUDES } from './constants.ts';
import type { DecoratorRequirement } from './inputs.ts';

/** What a project asks for besides the dependencies of its endpoints, which always count. */
export interface FlashRequirements {
  readonly requirements: ChosenRequirements;
  /** Of dependency groups that were asked for; of a `uv.lock` the lock itself has them. */
  readonly groups: readonly RequirementEntry[];
  /** Normalised names of all that is asked for, by endpoints too. */
  readonly names: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/**
 * Decides what the project's requirements are: `requirements.txt`, else `pyproject.toml` with
 * `uv.lock`.
 * @param options.root the project's folder, absolute
 * @param options.groups names of dependency groups
 */
export async function requirementsOfProject(options: {
  readonly root: string;
  readonly groups: readonly string[];
  readonly decorators: readonly DecoratorRequirement[];
}): Promise<FlashRequirements> {
  const { root, groups, decorators } = options;
  const [{ requirements, names, problems, warnings }, grouped] = await Promise.all([
    chooseRequirements({
      root,
      order: ['requirements.txt', 'pyproject.toml', 'script'],
      warningCode: 'FLASH_REQUIREMENTS_UNUSED',
      // A project names the SDK for its own machine; the archive has it in any case.
      provided: new Set([
        ...namesIn(decorators),
        ...[...BUNDLED_SDKS, ...WORKER_EXCLUDES].map(normaliseName),
      ]),
      without: 'only what the endpoints declare is installed',
    }),
    readGroups(root, groups),
  ]);
  return {
    requirements,
    groups: requirements.uvLock === undefined ? grouped.entries : [],
    names: new Set([...names, ...namesIn(decorators), ...namesIn(grouped.entries)]),
    problems: [
      ...problems,
      ...grouped.problems,
      ...checkEntries(grouped.entries),
      ...checkEntries(decorators),
    ],
    warnings,
  };
}

function namesIn(entries: readonly { readonly requirement: string }[]): string[] {
  return entries.flatMap(({ requirement }) => parseRequirement(requirement)?.name ?? []);
}
