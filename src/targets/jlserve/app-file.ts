import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import { findFile } from '../../project/find-file.ts';
import { hasIgnoredFile } from '../../project/ignored-file.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { readPython, type PythonMistake } from '../../project/python/read-python.ts';
import type { ProjectTree } from '../../project/tree.ts';

/**
 * Whether a path is a Python file at all, in jlserve's words.
 * @param path as the user gave it
 */
export function checkAppFile(path: string): Problem | undefined {
  const stats = path.includes('\0') ? undefined : statOf(path);
  if (!stats) {
    const hint = 'name the file that holds the app: jlserve build app.py';
    return { code: 'JLSERVE_FILE_INVALID', message: `File not found: ${path}`, hint };
  }
  if (stats.isFile() && path.endsWith('.py')) return undefined;
  const hint = 'name the .py file that holds the app: jlserve build app.py';
  return { code: 'JLSERVE_FILE_INVALID', message: `File must be a Python file: ${path}`, hint };
}

function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A part of the path is no folder, or may not be entered.
    return undefined;
  }
}

/** Reads and parses a Python file of the project. */
export function readModule(
  tree: ProjectTree,
  path: string,
): { readonly module: PythonModule } | { readonly problem: Problem } {
  const file = findFile(tree, path);
  const read = file && readPython(file, path);
  if (!read) return { problem: missing(tree, path) };
  return 'module' in read ? read : { problem: invalidSyntax(path, read.mistake) };
}

function invalidSyntax(file: string, { what, line, column }: PythonMistake): Problem {
  return {
    code: 'PYTHON_SYNTAX',
    message: `Invalid Python syntax in ${file}: ${what} (${posix.basename(file)}, line ${line})`,
    hint: `check it with: python3 -m py_compile ${file}`,
    location: { file, line, ...(column === undefined ? {} : { column }) },
  };
}

function missing(tree: ProjectTree, path: string): Problem {
  const code = 'JLSERVE_FILE_INVALID';
  const location = { file: path };
  if (!hasIgnoredFile(tree, path)) {
    const hint = 'name the file that holds the app: jlserve build app.py';
    return { code, message: `File not found: ${path}`, hint, location };
  }
  return {
    code,
    message: `${path} is there, but the ignore rules leave it out of the build`,
    hint: `remove the pattern that matches it from .gitignore, or add a line: !/${path}`,
    location,
  };
}
