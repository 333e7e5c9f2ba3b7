import { readBytes } from '../read-bytes.ts';
import type { ProjectFile } from '../tree.ts';
import { parsePython, type PythonModule } from './parse.ts';
import { decodePython } from './source.ts';

/** What Python will not accept, and where. */
export interface PythonMistake {
  readonly what: string;
  readonly line: number;
  readonly column?: number;
}

/**
 * Reads and parses a Python file of the project.
 * @param path as problems name it
 * @returns undefined when the file can no longer be read
 */
export function readPython(
  file: ProjectFile,
  path: string,
): { readonly module: PythonModule } | { readonly mistake: PythonMistake } | undefined {
  const bytes = readBytes(file);
  if (!bytes) return undefined;
  const decoded = decodePython(bytes);
  if (!('text' in decoded)) return { mistake: { what: decoded.message, line: decoded.line } };
  // Python refuses a NUL wherever it stands.
  const nul = decoded.text.indexOf('\0');
  if (nul >= 0) {
    const line = decoded.text.slice(0, nul).split(/\r\n|\r|\n/).length;
    return { mistake: { what: 'source code cannot contain null bytes', line } };
  }
  const module = parsePython(decoded.text, path);
  if (!module.problem) return { module };
  const { message, location } = module.problem;
  const line = location?.line ?? 1;
  const prefix = `${path}:${line}: `;
  const what = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  const column = location?.column === undefined ? {} : { column: location.column };
  return { mistake: { what, line, ...column } };
}
