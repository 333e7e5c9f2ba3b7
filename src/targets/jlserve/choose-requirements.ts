import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import { normaliseName, parseRequirement } from '../../project/pep508.ts';
import { readProjectDependencies, readUvLock, type ProjectDependencies } from '../../project/pyproject.ts';
import { readRequirements, type RequirementFile } from '../../project/requirements.ts';
import { readScriptMetadata } from '../../project/script-metadata.ts';
import { lockedPackages, type LockedPackage } from '../../project/uv-lock.ts';
import type { DecoratorArguments } from './decorator-list.ts';
import { contradictions, unused } from './compare-sources.ts';
import { checkEntries, type RequirementEntry, type RequirementSource } from './requirement-entries.ts';
import { requirementLines } from './requirement-lines.ts';

/** Where the packages of the app are named, and what is named there. */
export interface ChosenRequirements {
  readonly source: 'decorator' | 'script' | 'requirements.txt' | 'pyproject.toml' | 'uv.lock' | 'none';
  /** A sentence that is shown. */
  readonly reason: string;
  /** Of the decorator, the header, `[project] dependencies`. */
  readonly entries: readonly RequirementEntry[];
  /** `requirements.txt` and the files it names. */
  readonly files: readonly RequirementFile[];
  /** Texts, when `uv.lock` is the source; of `pyproject.toml` also when it is alone. */
  readonly uvLock: string | undefined;
  readonly pyproject: string | undefined;
  /** Of the header, else of `pyproject.toml`. */
  readonly requiresPython: string | undefined;
}

export interface RequirementChoice {
  readonly requirements: ChosenRequirements;
  /** Normalised names that are surely installed; of a lock all that it pins. */
  readonly names: ReadonlySet<string>;
  /** True when what is named may bring anything: an address without a name, a path. */
  readonly unnamed: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/**
 * Decides what the app's requirements are: the decorator's list, the PEP 723 header,
 * `requirements.txt`, `pyproject.toml` with `uv.lock`, in this order; the first that names
 * anything. Others that contradict it are errors.
 * @param options.root the project's folder, absolute
 * @param options.file the app's file, relative to it; the other sources lie beside it
 */
export async function chooseRequirements(options: {
  readonly root: string;
  readonly file: string;
  readonly source: string;
  readonly decorator: DecoratorArguments;
}): Promise<RequirementChoice> {
  const { file, decorator } = options;
  const folder = posix.dirname(file);
  const beside = posix.join(options.root, folder);
  const script = await readScriptMetadata(options.source, file);
  const listed = await readListed(beside);
  const project = await readProjectDependencies(beside);
  const lockText = readUvLock(beside);
  const lock = await readLock(lockText, project.found);
  const header = script.metadata;
  const found = project.found;

  const sources: RequirementSource[] = [
    {
      source: 'decorator' as const,
      label: `@jlserve.app(requirements=[…]) (${file}:${decorator.line})`,
      entries: decorator.requirements,
    },
    {
      source: 'script' as const,
      label: `the PEP 723 header (${file}:${header?.line ?? 1})`,
      entries: (header?.dependencies ?? []).map((each) => ({ ...each, file })),
    },
    { source: 'requirements.txt' as const, label: 'requirements.txt', entries: listed.entries },
    projectSource(found, lockText !== undefined),
  ].filter((each) => each.entries.length > 0 || (each.source === 'uv.lock' && found?.dynamic === true));

  const [winner, ...others] = sources;
  const problems = [
    ...decorator.problems,
    ...script.problems,
    ...listed.problems,
    ...project.problems,
    ...lock.problems,
    // Lines of requirements.txt are uv's to judge: there they may be options and paths.
    ...sources
      .filter((each) => each.source !== 'requirements.txt')
      .flatMap((each) => checkEntries(each.entries)),
  ];
  if (winner) problems.push(...contradictions(winner, others, lock.packages));
  // A list that can't be read may name them all.
  else if (decorator.problems.length === 0) problems.push(...unreadable(found));

  const requirements: ChosenRequirements = {
    source: winner?.source ?? 'none',
    reason: reasonOf(winner, others),
    entries: winner && winner.source !== 'requirements.txt' ? winner.entries : [],
    files: winner?.source === 'requirements.txt' ? listed.files : [],
    uvLock: winner?.source === 'uv.lock' ? lockText : undefined,
    pyproject: winner && /^(?:uv\.lock|pyproject\.toml)$/.test(winner.source) ? found?.text : undefined,
    requiresPython: header?.requiresPython ?? found?.requiresPython,
  };
  const parsed = (winner?.entries ?? []).map((entry) => parseRequirement(entry.requirement));
  const pinned = winner?.source === 'uv.lock' ? lock.packages : [];
  return {
    requirements,
    names: new Set([
      ...parsed.flatMap((each) => each?.name ?? []),
      ...pinned.map((each) => normaliseName(each.name)),
    ]),
    unnamed: parsed.includes(undefined),
    problems,
    warnings: winner ? [...unused(winner, others), ...poetryWarning(winner, found)] : [],
  };
}

function projectSource(found: ProjectDependencies | undefined, locked: boolean): RequirementSource {
  const entries = (found?.dependencies ?? []).map((each) => ({ ...each, file: 'pyproject.toml' }));
  const place = `[project] dependencies (pyproject.toml:${entries[0]?.line ?? 1})`;
  return locked
    ? { source: 'uv.lock', label: `uv.lock, which pins ${place}`, entries }
    : { source: 'pyproject.toml', label: place, entries };
}

function reasonOf(winner: RequirementSource | undefined, others: readonly RequirementSource[]): string {
  if (!winner) return 'requirements: none are named, so nothing but jlserve itself is installed';
  const names = others.map((each) => (each.source === 'script' ? 'the PEP 723 header' : each.source));
  return `requirements: from ${winner.label}${names.length === 0 ? '' : `, not from ${names.join(' or ')}`}`;
}

async function readListed(root: string): Promise<{
  readonly files: readonly RequirementFile[];
  readonly entries: readonly RequirementEntry[];
  readonly problems: readonly Problem[];
}> {
  const path = 'requirements.txt';
  try {
    const { files, problems } = await readRequirements(root, path);
    return { files, entries: requirementLines(files), problems };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return {
      files: [],
      entries: [],
      problems: [
        {
          code: 'REQUIREMENTS_INVALID',
          message: `${path}, or a file that it names, cannot be read (${code})`,
          hint: `make it a readable file: ls -l ${path}`,
          location: { file: path },
        },
      ],
    };
  }
}

async function readLock(
  text: string | undefined,
  project: ProjectDependencies | undefined,
): Promise<{ readonly packages: readonly LockedPackage[]; readonly problems: readonly Problem[] }> {
  if (text === undefined) return { packages: [], problems: [] };
  if (project) return lockedPackages(text);
  const problem: Problem = {
    code: 'REQUIREMENTS_INVALID',
    message: 'uv.lock has no pyproject.toml beside it, which would say what of it is needed',
    hint: 'add the pyproject.toml that it was made from, or remove uv.lock',
    location: { file: 'uv.lock' },
  };
  return { packages: [], problems: [problem] };
}

/** Nothing else names packages, and here they stand where they can't be read. */
function unreadable(found: ProjectDependencies | undefined): Problem[] {
  if (!found || found.dependencies.length > 0) return [];
  if (found.poetry.length > 0) {
    return inPyproject(
      `${found.poetry.join(', ')} stand in Poetry's own table of pyproject.toml, which is not read`,
      'write them as [project] dependencies = ["torch>=2"] (PEP 621), or: poetry export -o requirements.txt',
    );
  }
  if (!found.dynamic) return [];
  return inPyproject(
    'the dependencies in pyproject.toml are dynamic: only its build backend can tell them',
    'write them as [project] dependencies = ["torch>=2"], or lock them: uv lock',
  );
}

function inPyproject(message: string, hint: string): Problem[] {
  return [{ code: 'REQUIREMENTS_INVALID', message, hint, location: { file: 'pyproject.toml' } }];
}

function poetryWarning(winner: RequirementSource, found: ProjectDependencies | undefined): Warning[] {
  if (!found || found.poetry.length === 0) return [];
  return [
    {
      type: 'warning',
      code: 'JLSERVE_REQUIREMENTS_UNUSED',
      message: `Poetry's table in pyproject.toml is not read: the requirements come from ${winner.label}`,
      location: { file: 'pyproject.toml' },
    },
  ];
}
