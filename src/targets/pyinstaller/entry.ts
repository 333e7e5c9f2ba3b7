import type { Problem } from '../../errors.ts';
import type { ReadTable } from '../../project/project-table.ts';
import type { ProjectTree } from '../../project/tree.ts';
import type { ContentWarning } from '../target.ts';
import { givenEntry } from './entry-given.ts';
import { searchEntry } from './entry-search.ts';
import { safeName } from './executable-name.ts';
import { Layout } from './layout.ts';
import { projectCommands } from './project-commands.ts';
import { sourceRoots } from './source-roots.ts';

/** What an executable runs. */
export type Entry =
  | { readonly kind: 'function'; readonly module: string; readonly function: string }
  /** Run as `__main__`. */
  | { readonly kind: 'module'; readonly module: string }
  | { readonly kind: 'script'; readonly file: string }
  | { readonly kind: 'spec'; readonly file: string };

export interface FindEntry {
  readonly tree: ProjectTree;
  /** Of its `pyproject.toml`. */
  readonly table: ReadTable;
  /** `--entry`, as typed. */
  readonly given?: string | undefined;
  /** What was named on the command line instead of the project's folder, relative to it. */
  readonly file?: string | undefined;
  /** `--entry` of the settings: less than both. */
  readonly otherwise?: string | undefined;
}

export interface FoundEntry {
  readonly entry: Entry;
  /** A name for the executable where none is given; null where a spec decides. */
  readonly name: string | null;
  /** Folders of the project that modules are imported from, in this order; `.` is its own. */
  readonly sourceRoots: readonly string[];
  /** Why this entry, as a sentence. */
  readonly reason: string;
  readonly warnings: readonly ContentWarning[];
}

/** An entry as it was found, before what goes for all of them. */
export interface Candidate {
  readonly entry: Entry;
  /** Its own name: that of a package or a script. */
  readonly ownName: string;
  /** Somebody named this very file: the executable is called like it. */
  readonly named?: boolean;
  /** The folder that its modules are imported from. */
  readonly root: string;
  /** A folder without an `__init__.py`: `python FOLDER` has modules in it at hand, too. */
  readonly besides?: string;
  readonly why: string;
  readonly warnings?: readonly ContentWarning[];
}

export type Sought = { readonly found: Candidate } | { readonly problems: readonly Problem[] };

/**
 * Finds what the executable runs: what was named, else what the project says of itself.
 * @returns every problem that stands in the way, those of the table among them
 */
export function findEntry({
  tree,
  table: read,
  given,
  file,
  otherwise,
}: FindEntry):
  | { readonly found: FoundEntry; readonly problems: readonly [] }
  | { readonly found?: undefined; readonly problems: readonly Problem[] } {
  const { problems } = read;
  if (given !== undefined && file !== undefined) return { problems: [...problems, bothNamed(given, file)] };
  const table = projectCommands(read.found);
  const layout = new Layout(tree);
  const asked = given ?? file ?? otherwise;
  // What the table says may be what is wrong with it.
  if (asked === undefined && problems.length > 0) return { problems };
  const project = { tree, layout, table };
  const sought =
    asked === undefined
      ? searchEntry(project)
      : givenEntry(
          project,
          asked,
          file === undefined ? `--entry ${JSON.stringify(asked)}` : JSON.stringify(asked),
        );
  const all = [...problems, ...('problems' in sought ? sought.problems : [])];
  if ('problems' in sought || all.length > 0) return { problems: all };
  const { entry, ownName, named, root, besides, why, warnings = [] } = sought.found;
  const isSpec = entry.kind === 'spec';
  const name = named === true ? ownName : (table.name ?? ownName);
  return {
    found: {
      entry,
      name: isSpec ? null : safeName(name),
      sourceRoots: sourceRoots(layout, root, besides),
      reason: `entry ${shown(entry)}: ${why}`,
      warnings,
    },
    problems: [],
  };
}

/** As `--entry` takes it. */
export function shown(entry: Entry): string {
  switch (entry.kind) {
    case 'function':
      return `${entry.module}:${entry.function}`;
    case 'module':
      return entry.module;
    default:
      return entry.file;
  }
}

function bothNamed(given: string, file: string): Problem {
  return {
    code: 'USAGE',
    message: `two entries: ${JSON.stringify(file)} and --entry ${JSON.stringify(given)}`,
    hint: 'leave one out: an executable runs one thing',
  };
}
