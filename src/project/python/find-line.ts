import { findFile } from '../find-file.ts';
import { readBytes } from '../read-bytes.ts';
import type { ProjectTree } from '../tree.ts';
import { findStatement, type StatementPlace } from './find-statement.ts';
import { parsePython } from './parse.ts';
import { decodePython } from './source.ts';

/** The line of a project's file that a step means, which ran a rewritten one. */
export function findLine(tree: ProjectTree, path: string, wanted: StatementPlace): number | undefined {
  const file = findFile(tree, path);
  const bytes = file && readBytes(file);
  const decoded = bytes && decodePython(bytes);
  if (!decoded || !('text' in decoded)) return undefined;
  return findStatement(parsePython(decoded.text, path), wanted);
}
