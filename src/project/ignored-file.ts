import { lstatSync } from 'node:fs';
import type { ProjectTree } from './tree.ts';

/**
 * Whether a file of the project's folder is on the disk though not in the tree, so that the
 * ignore rules left it out.
 * @param path relative to the root, with `/`
 */
export function hasIgnoredFile(tree: ProjectTree, path: string): boolean {
  if (path.split('/').includes('..') || path.includes('\0')) return false;
  try {
    return lstatSync(`${tree.root}/${path}`).isFile();
  } catch {
    return false;
  }
}
