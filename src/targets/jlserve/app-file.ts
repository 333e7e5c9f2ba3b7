import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import { findFile } from '../../project/find-file.ts';
import { hasIgnoredFile } from '../../project/ignored-file.ts';
import { decodePython } from '../../project/python/source.ts';
import { parsePython, type PythonModule } from '../../project/python/parse.ts';
import { readBytes } from '../../project/read-bytes.ts';
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
  const bytes = file && readBytes(file);
  if (!bytes) return { problem: missing(tree, path) };
  const decoded = decodePython(bytes);
  if (!('text' in decoded)) return { problem: invalidSyntax(path, decoded.message, decoded.line) };
  // Python refuses a NUL wherever it stands.
  const nul = decoded.text.indexOf('\0');
  if (nul >= 0) {
    const line = decoded.text.slice(0, nul).split(/\r\n|\r|\n/).length;
    return { problem: invalidSyntax(path, 'source code cannot contain null bytes', line) };
  }
  const module = parsePython(decoded.text, path);
  if (!module.problem) return { module };
  const { message, location } = module.problem;
  const line = location?.line ?? 1;
  const prefix = `${path}:${line}: `;
  const what = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  const column = location?.column === undefined ? {} : { column: location.column };
  const problem = invalidSyntax(path, what, line);
  return { problem: { ...problem, location: { file: path, line, ...column } } };
}

function invalidSyntax(file: string, what: string, line: number): Problem {
  return {
    code: 'PYTHON_SYNTAX',
    message: `Invalid Python syntax in ${file}: ${what} (${posix.basename(file)}, line ${line})`,
    hint: `check it with: python3 -m py_compile ${file}`,
    location: { file, line },
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
