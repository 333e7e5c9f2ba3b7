import { posix } from 'node:path';
import type { ProjectFile, ProjectTree } from './tree.ts';

/** A file of the project by its path; links are followed, and a loop comes to an end. */
export function findFile(tree: ProjectTree, path: string, hops = 0): ProjectFile | undefined {
  const entry = tree.files.find((each) => each.path === path);
  if (entry?.kind !== 'symlink') return entry;
  if (hops > 20) return undefined;
  return findFile(tree, posix.join(posix.dirname(path), entry.target), hops + 1);
}
