import type { Problem } from '../errors.ts';
import { poetryRange, UnknownVersion } from './poetry-version.ts';
import { tomlEntries } from './toml-entries.ts';

/** `[tool.poetry.dependencies]` as PEP 508 has it: https://python-poetry.org/docs/dependency-specification */
export interface PoetryDependencies {
  readonly dependencies: readonly { readonly requirement: string; readonly line: number }[];
  readonly problems: readonly Problem[];
}

type Table = Readonly<Record<string, unknown>>;

/**
 * Writes the packages of a table of Poetry's as requirements. What it marks as optional belongs to
 * extras, and nobody asked for those.
 * @param text the document, for the lines
 * @param path of the table: `['tool', 'poetry', 'dependencies']`
 */
export function poetryDependencies(
  text: string,
  path: readonly string[],
  table: Readonly<Record<string, unknown>>,
): PoetryDependencies {
  const dependencies: { requirement: string; line: number }[] = [];
  const problems: Problem[] = [];
  const lines = keyLines(text, path);
  for (const [name, value] of Object.entries(table)) {
    if (name === 'python') continue;
    const line = lines.get(name) ?? 1;
    // Several forms, each with a marker of its own.
    for (const form of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const written = requirementOf(name, form);
      if ('wrong' in written) {
        problems.push({
          code: 'REQUIREMENTS_INVALID',
          message: `${path.join('.')}.${name}: ${written.wrong}`,
          hint: written.hint,
          location: { file: 'pyproject.toml', line },
        });
      } else if (written.requirement !== undefined) {
        dependencies.push({ requirement: written.requirement, line });
      }
    }
  }
  return { dependencies, problems };
}

type Written =
  | { readonly requirement: string | undefined }
  | { readonly wrong: string; readonly hint: string };

/** What a form of Poetry's may say, and what of it means something for an installation. */
const READ = new Set(['version', 'extras', 'markers', 'python', 'platform', 'optional', 'url', 'path']);
const OF_GIT = new Set(['git', 'branch', 'tag', 'rev', 'subdirectory']);
/** Where a package is found is said by the machine's index settings, how it lies here by nobody. */
const UNREAD = new Set(['source', 'develop', 'allow-prereleases']);

function requirementOf(name: string, form: unknown): Written {
  if (typeof form === 'string') return withVersion(name, { version: form });
  if (typeof form !== 'object' || form === null || form instanceof Date) {
    return { wrong: 'is neither a version nor a table', hint: `write: ${name} = "*"` };
  }
  const table = form as Table;
  const strange = Object.keys(table).find((key) => !READ.has(key) && !OF_GIT.has(key) && !UNREAD.has(key));
  if (strange !== undefined) {
    return { wrong: `"${strange}" is nothing that Poetry knows`, hint: `write: ${name} = "*"` };
  }
  if (table['optional'] === true) return { requirement: undefined };
  return withVersion(name, table);
}

function withVersion(name: string, table: Table): Written {
  try {
    const marker = markerOf(table);
    const extras = strings(table['extras']);
    const head = extras.length === 0 ? name : `${name}[${extras.join(',')}]`;
    const address = addressOf(table);
    const range = address === undefined ? poetryRange(textOf(table['version']) ?? '*') : '';
    const body = address === undefined ? `${head}${range}` : `${head} @ ${address}`;
    return { requirement: marker === '' ? body : `${body} ; ${marker}` };
  } catch (error) {
    if (!(error instanceof UnknownVersion)) throw error;
    return { wrong: error.message, hint: error.hint };
  }
}

/** An address in place of a version. */
function addressOf(table: Table): string | undefined {
  const [git, url, path] = [textOf(table['git']), textOf(table['url']), textOf(table['path'])];
  if (git !== undefined) {
    const commit = textOf(table['rev']) ?? textOf(table['tag']) ?? textOf(table['branch']);
    const folder = textOf(table['subdirectory']);
    // git@host:owner/name is ssh's short form.
    const address = git.replace(/^([\w.-]+@[\w.-]+):(?!\/)/, 'ssh://$1/');
    return `git+${address}${commit === undefined ? '' : `@${commit}`}${folder === undefined ? '' : `#subdirectory=${folder}`}`;
  }
  if (url !== undefined) return url;
  if (path !== undefined) {
    throw new UnknownVersion(
      `the path ${JSON.stringify(path)} has no name for the resolver`,
      `write it into requirements.txt: ./${path.replace(/^\.\//, '')}`,
    );
  }
  return undefined;
}

function markerOf(table: Table): string {
  const markers = [textOf(table['markers'])];
  const python = textOf(table['python']);
  if (python !== undefined) markers.push(pythonMarker(python));
  const platform = textOf(table['platform']);
  if (platform !== undefined) markers.push(`sys_platform == "${platform.replaceAll('"', '')}"`);
  const all = markers.filter((each) => each !== undefined && each !== '');
  return all.length < 2 ? (all[0] ?? '') : all.map((each) => `(${each})`).join(' and ');
}

/** `^3.10` → `python_version >= "3.10" and python_version < "4"` */
function pythonMarker(range: string): string {
  return poetryRange(range)
    .split(',')
    .filter((clause) => clause !== '')
    .map((clause) => {
      const [, operator = '', version = ''] = /^([<>=!~]+)(.*)$/.exec(clause) ?? [];
      const name = /^\d+\.\d+\.\d+/.test(version) ? 'python_full_version' : 'python_version';
      return `${name} ${operator} "${version}"`;
    })
    .join(' and ');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Of the keys of a table, and of tables below it. */
function keyLines(document: string, path: readonly string[]): Map<string, number> {
  const lines = new Map<string, number>();
  for (const entry of tomlEntries(document)) {
    const name = entry.path[path.length];
    const isInside = path.every((part, index) => entry.path[index] === part);
    if (isInside && name !== undefined && !lines.has(name)) lines.set(name, entry.line);
  }
  return lines;
}
