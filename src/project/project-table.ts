import type { Problem } from '../errors.ts';
import { parseReference, type EntryPoint } from './entry-point.ts';
import {
  dependenciesIn,
  readPyprojectText,
  wrongInPyproject,
  type ProjectDependencies,
} from './pyproject.ts';
import { parseToml } from './toml.ts';
import { tomlEntries, type TomlEntry } from './toml-entries.ts';

/** What `[project]` says of a distribution that is to run, and Poetry's own table where it does not. */
export interface ProjectTable extends ProjectDependencies {
  readonly name: string | undefined;
  /** Undefined also when it is dynamic: only the build backend can tell it. */
  readonly version: string | undefined;
  readonly scripts: readonly EntryPoint[];
  readonly guiScripts: readonly EntryPoint[];
  readonly entryPoints: readonly EntryPointGroup[];
  /** `[tool.poetry]`: name and commands. */
  readonly poetryName: string | undefined;
  readonly poetryScripts: readonly EntryPoint[];
}

export interface EntryPointGroup {
  /** `thing.plugins` */
  readonly group: string;
  readonly entries: readonly EntryPoint[];
}

/** What was read of the file; nothing is found when there is none. */
export interface ReadTable {
  readonly found?: ProjectTable;
  readonly problems: readonly Problem[];
}

/**
 * Reads `[project]` of `pyproject.toml`, with every value that is of a wrong type at its line.
 * @param root the folder of the file, absolute
 * @returns nothing when there is no such file; a file without `[project]` has an empty one
 */
export async function readProjectTable(root: string): Promise<ReadTable> {
  const text = readPyprojectText(root);
  if (text === undefined) return { problems: [] };
  const read = await parseToml(text);
  if ('what' in read) return { problems: [wrongInPyproject(read.what, read.line)] };
  const reader = new TableReader(tomlEntries(text));
  const table = reader.table(read.data['project'], ['project']);
  const tool = reader.table(read.data['tool'], ['tool']);
  const poetry = reader.table(tool['poetry'], POETRY);
  const poetryDependencies = reader.table(poetry['dependencies'], [...POETRY, 'dependencies']);
  const dynamic = reader.strings(table['dynamic'], ['project', 'dynamic']);
  const version = reader.string(table['version'], ['project', 'version']);
  const requiresPython = reader.string(table['requires-python'], ['project', 'requires-python']);
  const poetryPython = reader.string(poetryDependencies['python'], [...POETRY, 'dependencies', 'python']);
  const dependencies = reader.strings(table['dependencies'], ['project', 'dependencies']);
  const named = dependenciesIn({
    text,
    dependencies: table['dependencies'] === undefined ? undefined : dependencies,
    dynamic,
    poetry: poetry['dependencies'] === undefined ? undefined : poetryDependencies,
    requiresPython: requiresPython ?? poetryPython,
  });
  const found = {
    ...named.found,
    name: reader.string(table['name'], ['project', 'name']),
    version: dynamic.includes('version') ? undefined : version,
    scripts: reader.entryPoints(table['scripts'], ['project', 'scripts'], 'function'),
    guiScripts: reader.entryPoints(table['gui-scripts'], ['project', 'gui-scripts'], 'function'),
    entryPoints: reader.groups(table['entry-points'], ['project', 'entry-points']),
    poetryName: reader.string(poetry['name'], [...POETRY, 'name']),
    poetryScripts: reader.entryPoints(
      withoutFiles(reader.table(poetry['scripts'], [...POETRY, 'scripts'])),
      [...POETRY, 'scripts'],
      'function',
    ),
  };
  const problems = [...reader.problems, ...named.problems];
  return problems.length > 0 ? { problems: problems.toSorted(byLine) } : { found, problems: [] };
}

const POETRY = ['tool', 'poetry'];

/** Poetry's commands may be tables, of files that are no Python. */
function withoutFiles(scripts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(scripts).filter(([, value]) => typeof value !== 'object'));
}

function byLine(a: Problem, b: Problem): number {
  return (a.location?.line ?? 0) - (b.location?.line ?? 0);
}

type Path = readonly string[];

/** Checks values and remembers what is wrong; what is wrong is read as if it were not there. */
class TableReader {
  readonly problems: Problem[] = [];
  readonly #entries: readonly TomlEntry[];

  constructor(entries: readonly TomlEntry[]) {
    this.#entries = entries;
  }

  string(value: unknown, path: Path): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.#refuse(path, value, 'a string', `${path.at(-1)} = "…"`);
    return undefined;
  }

  strings(value: unknown, path: Path): readonly string[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.#refuse(path, value, 'a list of strings', `${path.at(-1)} = ["…"]`);
      return [];
    }
    return value.flatMap((item: unknown, index) => {
      if (typeof item === 'string') return [item];
      this.#refuse(path, item, 'a string', `${path.at(-1)} = ["…"]`, `[${index}]`);
      return [];
    });
  }

  table(value: unknown, path: Path): Readonly<Record<string, unknown>> {
    if (value === undefined) return {};
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)) {
      return value as Record<string, unknown>;
    }
    this.#refuse(path, value, 'a table', `[${path.join('.')}]`);
    return {};
  }

  /** @param of what an entry must name: a module alone cannot be called */
  entryPoints(value: unknown, path: Path, of: 'function' | 'object'): readonly EntryPoint[] {
    return Object.entries(this.table(value, path)).flatMap(([name, text]) => {
      const at = [...path, name];
      const example = `${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)} = "package.module:function"`;
      if (typeof text !== 'string') {
        this.#refuse(at, text, 'a string', example);
        return [];
      }
      const line = this.#line(at, text);
      const parsed = parseReference(text);
      if (parsed && (of === 'object' || parsed.attribute !== undefined)) return [{ name, ...parsed, line }];
      const what = `${at.join('.')} is ${JSON.stringify(text)}, which names no ${of}`;
      this.problems.push(wrongInPyproject(what, line, `write: ${example}`));
      return [];
    });
  }

  groups(value: unknown, path: Path): readonly EntryPointGroup[] {
    return Object.entries(this.table(value, path)).map(([group, table]) => ({
      group,
      entries: this.entryPoints(table, [...path, group], 'object'),
    }));
  }

  #refuse(path: Path, value: unknown, wanted: string, example: string, item = ''): void {
    const what = `${path.join('.')}${item} is ${kindOf(value)}, but must be ${wanted}`;
    this.problems.push(wrongInPyproject(what, this.#line(path), `write: ${example}`));
  }

  /** Of the value, else of the table around it, else of the first thing in it. */
  #line(path: Path, text?: string): number {
    const around = this.#entries.filter((entry) => beginsWith(path, entry.path));
    const entry =
      around.toSorted((a, b) => b.path.length - a.path.length)[0] ??
      this.#entries.find((each) => beginsWith(each.path, path));
    return (text === undefined ? undefined : entry?.items.get(text)) ?? entry?.line ?? 1;
  }
}

function beginsWith(path: Path, start: Path): boolean {
  return start.every((part, index) => path[index] === part);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object') return 'a table';
  return typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}
