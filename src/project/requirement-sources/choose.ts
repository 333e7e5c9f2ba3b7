import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import { normaliseName, parseRequirement } from '../pep508.ts';
import type { ProjectDependencies, ReadDependencies } from '../pyproject.ts';
import type { RequirementFile } from '../requirements.ts';
import { contradictions, unused } from './compare.ts';
import { checkEntries, type RequirementEntry, type RequirementSource } from './entries.ts';
import { readHeader, readListed, readProject, type Script } from './read.ts';

/** A place that every project may name its packages in; `uv.lock` belongs to `pyproject.toml`. */
export type SourceName = 'script' | 'requirements.txt' | 'pyproject.toml';

/** Where the packages of a project are named, and what is named there. */
export interface ChosenRequirements<First extends string = never> {
  readonly source: RequirementSource<First>['source'] | 'none';
  /** A sentence that is shown. */
  readonly reason: string;
  /** Of the caller's own source, the header, `[project] dependencies`. */
  readonly entries: readonly RequirementEntry[];
  /** `requirements.txt` and the files it names. */
  readonly files: readonly RequirementFile[];
  /** Texts, when `uv.lock` is the source; of `pyproject.toml` also when it is alone. */
  readonly uvLock: string | undefined;
  readonly pyproject: string | undefined;
  /** Of the header, else of `pyproject.toml`. */
  readonly requiresPython: string | undefined;
}

export interface RequirementChoice<First extends string = never> {
  readonly requirements: ChosenRequirements<First>;
  /** Normalised names that are surely installed; of a lock all that it pins. */
  readonly names: ReadonlySet<string>;
  /** True when what is named may bring anything: an address without a name, a path. */
  readonly unnamed: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** What a caller has read where only it can read. */
export interface OwnSource<Name extends string> extends Omit<RequirementSource, 'source' | 'locked'> {
  /** What the choice calls it. */
  readonly source: Name;
  readonly problems: readonly Problem[];
}

export interface RequirementQuestion<First extends string = never> {
  /** The folder of `requirements.txt`, `pyproject.toml` and `uv.lock`, absolute. */
  readonly root: string;
  /** The script whose header counts, where there is a single one. */
  readonly script?: Script | undefined;
  /** Comes before all others. */
  readonly first?: OwnSource<First>;
  /** What the caller has read of `pyproject.toml` already; its problems are told among the others. */
  readonly pyproject?: ReadDependencies;
  /** The first that names anything wins. */
  readonly order: readonly [SourceName, SourceName, SourceName];
  /** Of the warnings about what is named and not asked for. */
  readonly warningCode: string;
  /** Normalised names of packages that are there in any case: nobody is warned about them. */
  readonly provided?: ReadonlySet<string>;
  /** What it means that nothing is named: `nothing but jlserve itself is installed`. */
  readonly without: string;
}

/**
 * Decides what a project's requirements are: the first of its sources that names anything.
 * Others that contradict it are errors, others that name more are warnings.
 */
export async function chooseRequirements<First extends string = never>(
  question: RequirementQuestion<First>,
): Promise<RequirementChoice<First>> {
  const { root, first, order, warningCode: code, provided = new Set() } = question;
  const script = await readHeader(question.script);
  const listed = await readListed(root);
  const project = await readProject(root, question.pyproject);
  const { found, lockText } = project;
  const read = { script, 'requirements.txt': listed, 'pyproject.toml': project };
  const inOrder = order.map((name) => read[name]);

  const all: readonly RequirementSource<First>[] = [
    ...(first ? [first] : []),
    ...inOrder.map((each) => each.source),
  ];
  const sources = all.filter(
    (each) => each.entries.length > 0 || (each.source === 'uv.lock' && found?.dynamic === true),
  );
  const [winner, ...others] = sources;
  const problems = [
    ...(first?.problems ?? []),
    ...inOrder.flatMap((each) => each.problems),
    // Lines of requirements.txt are uv's to judge: there they may be options and paths.
    ...sources
      .filter((each) => each.source !== 'requirements.txt')
      .flatMap((each) => checkEntries(each.entries)),
  ];
  if (winner) problems.push(...contradictions(winner, others));
  // A list that can't be read may name them all.
  else if ((first?.problems ?? []).length === 0) problems.push(...unreadable(found));

  const requirements: ChosenRequirements<First> = {
    source: winner?.source ?? 'none',
    reason: winner ? reasonOf(winner, others) : `requirements: none are named, so ${question.without}`,
    entries: winner && winner.source !== 'requirements.txt' ? winner.entries : [],
    files: winner?.source === 'requirements.txt' ? listed.files : [],
    uvLock: winner?.source === 'uv.lock' ? lockText : undefined,
    pyproject: winner && /^(?:uv\.lock|pyproject\.toml)$/.test(winner.source) ? found?.text : undefined,
    requiresPython: script.metadata?.requiresPython ?? found?.requiresPython,
  };
  const parsed = (winner?.entries ?? []).map((entry) => parseRequirement(entry.requirement));
  return {
    requirements,
    names: new Set([
      ...parsed.flatMap((each) => each?.name ?? []),
      ...(winner?.locked ?? []).map((each) => normaliseName(each.name)),
    ]),
    unnamed: parsed.includes(undefined),
    problems,
    warnings: winner ? unused(winner, others, { code, provided }) : [],
  };
}

function reasonOf(winner: RequirementSource<string>, others: readonly RequirementSource<string>[]): string {
  const names = others.map((each) => (each.source === 'script' ? 'the PEP 723 header' : each.source));
  return `requirements: from ${winner.label}${names.length === 0 ? '' : `, not from ${names.join(' or ')}`}`;
}

/** Nothing else names packages, and here they stand where they can't be read. */
function unreadable(found: ProjectDependencies | undefined): Problem[] {
  if (!found || found.dependencies.length > 0) return [];
  if (!found.dynamic) return [];
  return inPyproject(
    'the dependencies in pyproject.toml are dynamic: only its build backend can tell them',
    'write them as [project] dependencies = ["torch>=2"], or lock them: uv lock',
  );
}

function inPyproject(message: string, hint: string): Problem[] {
  return [{ code: 'REQUIREMENTS_INVALID', message, hint, location: { file: 'pyproject.toml' } }];
}
