import { quote } from 'shlex';
import type { Problem } from '../../errors.ts';
import { findFile } from '../../project/find-file.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { readPython } from '../../project/python/read-python.ts';
import type { ProjectTree } from '../../project/tree.ts';
import type { ContentWarning } from '../target.ts';
import type { Candidate, Sought } from './entry.ts';
import { definedNames } from './entry-function.ts';
import { folderOf, HERE, nameOf, stemOf, type Layout } from './layout.ts';
import { modulePlace } from './module-place.ts';
import type { ProjectCommands } from './project-commands.ts';
import { likelyFunctions, onlyDefines, relativeImport } from './running.ts';

/** What the search for an entry looks at. */
export interface SearchedProject {
  readonly tree: ProjectTree;
  readonly layout: Layout;
  readonly table: ProjectCommands;
}

export function invalidEntry(message: string, hint: string, location?: Problem['location']): Problem {
  return {
    code: 'PYINSTALLER_ENTRY_INVALID',
    message,
    hint,
    ...(location === undefined ? {} : { location }),
  };
}

/** Reads a Python file that is, or may be, what runs. */
export function readEntryFile(
  tree: ProjectTree,
  path: string,
): { readonly module: PythonModule } | { readonly problem: Problem } {
  const file = findFile(tree, path);
  const read = file && readPython(file, path);
  if (!read) {
    return {
      problem: invalidEntry(`cannot read ${path}`, `look at it: ls -l ${quote(path)}`, { file: path }),
    };
  }
  if ('module' in read) return read;
  const { what, line, column } = read.mistake;
  return {
    problem: {
      code: 'PYTHON_SYNTAX',
      message: what,
      hint: `check it with: python3 -m py_compile ${quote(path)}`,
      location: { file: path, line, ...(column === undefined ? {} : { column }) },
    },
  };
}

/** A spec, which decides all else. */
export function specEntry(tree: ProjectTree, file: string, why: string): Sought {
  const read = readEntryFile(tree, file);
  if ('problem' in read) return { problems: [read.problem] };
  return { found: { entry: { kind: 'spec', file }, ownName: stemOf(file), root: HERE, why } };
}

/**
 * A Python file: a module of a package, run as `__main__`, or else a script.
 * @param why it is this one
 */
export function fileEntry({ tree, layout }: SearchedProject, file: string, why: string): Sought {
  const read = readEntryFile(tree, file);
  if ('problem' in read) return { problems: [read.problem] };
  const { module } = read;
  const relative = relativeImport(module);
  const place = modulePlace(layout, file, relative !== undefined);
  const depth = place === undefined ? 0 : place.module.split('.').length - 1;
  if (relative && relative.level > depth) {
    return { problems: [refuseRelative(file, relative.line, depth > 0)] };
  }
  const warnings = idleWarnings(module, file, place?.module);
  if (!place) {
    return {
      found: {
        entry: { kind: 'script', file },
        ownName: scriptName(file),
        root: folderOf(file),
        why,
        warnings,
      },
    };
  }
  const top = place.module.split('.')[0] ?? place.module;
  const found: Candidate = {
    entry: { kind: 'module', module: place.module },
    ownName: top,
    root: place.root,
    ...(layout.isPackage(folderOf(file)) ? {} : { besides: folderOf(file) }),
    why,
    warnings,
  };
  return { found };
}

/** `tools/__main__.py` is called after its folder. */
function scriptName(file: string): string {
  const stem = stemOf(file);
  return stem === '__main__' && folderOf(file) !== HERE
    ? nameOf(folderOf(file))
    : stem === '__main__'
      ? 'app'
      : stem;
}

function refuseRelative(file: string, line: number, isModule: boolean): Problem {
  const message = isModule
    ? 'this relative import goes above the package that the file is in'
    : 'relative imports, but the file is in no package';
  const hint = isModule
    ? 'put an __init__.py into the folders that belong to the package'
    : 'put it into a folder of its own, as a package; or name the folder above as the project: ovenbird build ..';
  return invalidEntry(message, hint, { file, line });
}

/** To run the file does nothing; somebody may have meant one of its functions. */
function idleWarnings(module: PythonModule, file: string, name: string | undefined): ContentWarning[] {
  if (!onlyDefines(module)) return [];
  const [likely] = likelyFunctions(definedNames(module));
  const call = `${name ?? stemOf(file)}:${likely ?? 'main'}`;
  return [
    {
      code: 'PYINSTALLER_ENTRY_IDLE',
      message: 'it only defines: to run it does nothing',
      hint:
        likely === undefined
          ? `name a function to call: --entry ${name ?? stemOf(file)}:FUNCTION`
          : `name the function to call: --entry ${call}`,
      location: { file },
    },
  ];
}
