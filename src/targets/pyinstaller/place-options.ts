import { posix } from 'node:path';
import { quote } from 'shlex';
import type { Problem } from '../../errors.ts';
import type { ProjectTree } from '../../project/tree.ts';
import type { GivenOption } from './given-options.ts';
import { isGlob, matchesGlob } from './glob.ts';
import type { MakespecOption, Takes } from './makespec.ts';
import { splitPair } from './pair.ts';
import { findPath, placePath } from './place-path.ts';

/** A mistake in a path: the rest of a sentence, and what to do. */
interface Mistake {
  readonly says: string;
  readonly hint: string;
}

/** Values as PyInstaller is given them: paths relative to the project, with `/`. */
type Placed = { readonly values: readonly string[] } | Mistake;

/**
 * Options with their paths in the project: what they name must be there, or the build would
 * find out late.
 * @returns the list that PyInstaller is given, and all that is wrong with it
 */
export function placeOptions(
  tree: ProjectTree,
  given: readonly GivenOption[],
): {
  readonly options: readonly string[];
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
} {
  const options: string[] = [];
  const paths: string[] = [];
  const problems: Problem[] = [];
  for (const { option, value } of given) {
    const name = `--${option.name}`;
    if (option.value === undefined) {
      options.push(...flagsOf(option, value));
      continue;
    }
    const placed = place(tree, option.takes, value);
    if ('says' in placed) {
      const message = `${name} ${JSON.stringify(value)} ${placed.says}`;
      problems.push({ code: 'PYINSTALLER_OPTION_INVALID', message, hint: placed.hint });
      continue;
    }
    for (const each of placed.values) {
      if (option.takes === 'folders') paths.push(each);
      options.push(...flagsOf(option, each));
    }
  }
  return { options, paths, problems };
}

/** An option as it stands on PyInstaller's command line. */
export function flagsOf({ name, value: shape }: MakespecOption, value: string): readonly string[] {
  if (shape === undefined) return [`--${name}`];
  // A value with a dash in front would be taken for an option.
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}

function place(tree: ProjectTree, takes: Takes | undefined, value: string): Placed {
  switch (takes) {
    case 'pair':
      return placePair(tree, value);
    case 'folder':
      return placeOne(tree, value, 'folder');
    case 'folders': {
      const placed = splitFolders(value).map((each) => placeOne(tree, each, 'folder'));
      const wrong = placed.find((each) => 'says' in each);
      return wrong ?? { values: placed.flatMap((each) => ('values' in each ? each.values : [])) };
    }
    case 'file':
      return placeOne(tree, value, 'file');
    case 'icon':
      return value === 'NONE' ? { values: [value] } : placeWithRest(tree, value);
    case 'resource':
      return placeWithRest(tree, value);
    case 'manifest':
      return value.includes('<') ? { values: [value] } : placeOne(tree, value, 'file');
    default:
      return { values: [value] };
  }
}

function placePair(tree: ProjectTree, value: string): Placed {
  const pair = splitPair(value);
  if ('says' in pair) return pair;
  const source = placePath(tree, pair.source);
  if ('says' in source) return source;
  const { path } = source;
  const found = findPath(tree, path);
  if (found.kind === 'ignored') return ignored(path);
  const matches =
    found.kind !== 'missing' || (isGlob(path) && tree.files.some((file) => matchesSome(file.path, path)));
  if (matches) return { values: [`${path}:${pair.destination}`] };
  return isGlob(path)
    ? { says: 'matches nothing in the project', hint: `what is there: ls ${quote(posix.dirname(path))}` }
    : missing(path);
}

/** A pattern may match a folder, which then counts with all that lies in it. */
function matchesSome(file: string, pattern: string): boolean {
  const names = file.split('/');
  const depth = pattern.split('/').length;
  return names.length >= depth && matchesGlob(names.slice(0, depth).join('/'), pattern);
}

function placeOne(tree: ProjectTree, value: string, kind: 'file' | 'folder'): Placed {
  const placed = placePath(tree, value);
  if ('says' in placed) return placed;
  const found = findPath(tree, placed.path);
  if (found.kind === kind) return { values: [placed.path] };
  if (found.kind === 'ignored') return ignored(placed.path);
  if (found.kind === 'missing') return missing(placed.path);
  return { says: `is a ${found.kind}`, hint: `name a ${kind} of the project` };
}

/** `FILE,ID`, `FILE,TYPE,NAME`: the first part is a file, which may have commas of its own. */
function placeWithRest(tree: ProjectTree, value: string): Placed {
  const whole = placeOne(tree, value, 'file');
  const at = value.indexOf(',');
  if ('values' in whole || at < 0) return whole;
  const file = placeOne(tree, value.slice(0, at), 'file');
  return 'values' in file ? { values: file.values.map((each) => each + value.slice(at)) } : file;
}

/** `a:b`, `a;b`; the colon of `C:\a` stands for no end. */
function splitFolders(value: string): string[] {
  return value.split(/;|(?<!(?:^|[;:])[A-Za-z]):/).filter((each) => each !== '');
}

function ignored(path: string): Mistake {
  return {
    says: 'is there, but a build never sees it (caches, environments, results of builds, .env files)',
    hint: `put a copy beside your code: cp -r ${quote(path)} data`,
  };
}

function missing(path: string): Mistake {
  return {
    says: 'is not in the project',
    hint: `paths begin at the project's folder; what is there: ls ${quote(posix.dirname(path))}`,
  };
}
