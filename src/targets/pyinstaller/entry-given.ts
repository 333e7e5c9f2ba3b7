import { posix } from 'node:path';
import { quote } from 'shlex';
import { nearest } from '../../nearest.ts';
import { fileEntry, invalidEntry, specEntry, type SearchedProject } from './entry-file.ts';
import {
  functionEntry,
  isReference,
  moduleEntry,
  packageEntry,
  type NamedReference,
} from './entry-reference.ts';
import type { Sought } from './entry.ts';
import { folderOf, isIdentifier, nameOf, stemOf } from './layout.ts';
import { findPath, placePath } from './place-path.ts';

/**
 * An entry that somebody named: `pkg`, `pkg.mod`, `pkg.mod:func`, `tool.py`, `pkg/`, `app.spec`.
 * @param called how a problem begins: `--entry "tool.py"`
 */
export function givenEntry(project: SearchedProject, given: string, called: string): Sought {
  const refuse = (says: string, hint: string): Sought => ({
    problems: [invalidEntry(`${called} ${says}`, hint)],
  });
  if (given.trim() === '' || /[\p{Cc}\p{Cs}]/u.test(given)) {
    return refuse('names nothing that can run', 'for example: --entry tool.py, --entry package.cli:main');
  }
  const reference: NamedReference = { text: given, called, why: 'asked for' };
  const fileReference = /^(.+\.py):([^:/\\]+)$/.exec(given);
  if (fileReference) return inFile(project, reference, fileReference[1] ?? '', fileReference[2] ?? '');
  if (isReference(given) && !/^[A-Za-z]:[/\\]/.test(given)) return functionEntry(project, reference);
  const isPath = /[/\\]|\.(?:pyw?|spec)$/.test(given);
  // `package` is a name; the folder of the same name is that of the package.
  const isName = !isPath && given.split('.').every(isIdentifier);
  const placed = placePath(project.tree, given);
  if ('says' in placed) return refuse(placed.says, placed.hint);
  const { path } = placed;
  const found = findPath(project.tree, path);
  switch (found.kind) {
    case 'ignored':
      return refuse(
        'is there, but a build never sees it (caches, environments, results of builds)',
        `move it beside the project's code: mv ${quote(path)} .`,
      );
    case 'missing':
      return isName ? moduleEntry(project, reference) : missing(project, path, refuse);
    case 'folder':
      return isName && path !== '.'
        ? moduleEntry(project, reference)
        : packageEntry(project, path, reference);
    default:
      return namedFile(project, path, refuse);
  }
}

function namedFile(
  project: SearchedProject,
  path: string,
  refuse: (says: string, hint: string) => Sought,
): Sought {
  if (path.endsWith('.spec')) return specEntry(project.tree, path, 'asked for');
  if (!/\.pyw?$/.test(path)) {
    return refuse('is neither a Python file nor a spec', 'for example: --entry tool.py, --entry app.spec');
  }
  if (nameOf(path) === '__init__.py') {
    return refuse(
      'makes a folder a package, and is not run',
      `name the package: --entry ${quote(folderOf(path))}`,
    );
  }
  const sought = fileEntry(project, path, 'asked for');
  if ('problems' in sought || sought.found.entry.kind !== 'script') return sought;
  return { found: { ...sought.found, named: true } };
}

/** `src/pkg/cli.py:main` is `pkg.cli:main`, and `tool.py:main` the function of a script. */
function inFile(project: SearchedProject, reference: NamedReference, file: string, name: string): Sought {
  const sought = givenEntry(project, file, reference.called);
  if ('problems' in sought) return sought;
  const { entry } = sought.found;
  const path = entry.kind === 'script' ? entry.file : posix.normalize(file.replaceAll('\\', '/'));
  const module = entry.kind === 'module' ? entry.module : stemOf(path);
  const place = { file: path, root: sought.found.root, isPackage: false };
  return functionEntry(project, { ...reference, text: `${module}:${name}`, place });
}

function missing(
  { tree }: SearchedProject,
  path: string,
  refuse: (says: string, hint: string) => Sought,
): Sought {
  const files = tree.files.map((each) => each.path).filter((each) => /\.(?:pyw?|spec)$/.test(each));
  const meant = nearest(path, files) ?? files.find((each) => nameOf(each) === nameOf(path));
  const hint =
    meant === undefined
      ? 'paths begin at the project’s folder: --entry src/package/cli.py'
      : `did you mean: --entry ${quote(meant)}`;
  return refuse('is not in the project', hint);
}
