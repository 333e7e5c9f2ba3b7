import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, posix, relative, sep } from 'node:path';
import type { ProjectTree } from '../../project/tree.ts';

/** A path of the project, or why it is none: the rest of a sentence, and what to do. */
export type PlacedPath = { readonly path: string } | { readonly says: string; readonly hint: string };

/**
 * The place in the project that a path means: relative to its folder, with `/`; `.` for the
 * folder itself. It need not be there.
 * @param given as a user writes it, on Windows too
 */
export function placePath(tree: ProjectTree, given: string): PlacedPath {
  if (/^[A-Za-z]:/.test(given) || /^(?:\\\\|\/\/)/.test(given)) {
    const hint = 'name it from the folder of the project on: data/file.txt';
    return { says: 'is an absolute path of Windows', hint };
  }
  if (/^~(?:$|[/\\])/.test(given)) {
    return { says: 'begins in your home folder', hint: 'name it from the folder of the project on' };
  }
  const slashed = given.replaceAll('\\', '/');
  const inside = isAbsolute(slashed) ? insideOf(tree.root, slashed) : slashed;
  const path = posix.normalize(inside).replace(/(?<=.)\/$/, '');
  if (path !== '..' && !path.startsWith('../') && !path.startsWith('/')) return { path };
  return {
    says: 'lies outside the project, where the build cannot see it',
    hint: `copy it into the project, or name the folder above both as the project: ovenbird build FOLDER`,
  };
}

/** Relative to the root, which is without links; the path may come through one. */
function insideOf(root: string, path: string): string {
  const direct = relative(root, path);
  if (!direct.startsWith('..') && !isAbsolute(direct)) return direct === '' ? '.' : slashes(direct);
  try {
    const real = relative(root, realpathSync.native(path));
    return real === '' ? '.' : slashes(real);
  } catch {
    return slashes(direct);
  }
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}

/** What a path is in the tree; links are followed. `ignored`: on the disk, but left out. */
export type FoundPath =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'ignored' | 'missing' };

export function findPath(tree: ProjectTree, path: string): FoundPath {
  const found = inTree(tree, path, 0);
  if (found) return found;
  return { kind: existsSync(`${tree.root}/${path}`) ? 'ignored' : 'missing' };
}

function inTree(tree: ProjectTree, path: string, hops: number): FoundPath | undefined {
  if (path === '.') return { kind: 'folder', path };
  const entry = tree.files.find((each) => each.path === path);
  if (entry?.kind === 'file') return { kind: 'file', path };
  if (!entry && tree.files.some((each) => each.path.startsWith(`${path}/`))) return { kind: 'folder', path };
  if (hops > 20) return undefined;
  // It is a link, or lies in a folder that is one.
  const link =
    entry ?? tree.files.find((each) => each.kind === 'symlink' && path.startsWith(`${each.path}/`));
  if (link?.kind !== 'symlink') return undefined;
  const rest = path.slice(link.path.length);
  return inTree(tree, posix.join(posix.dirname(link.path), link.target) + rest, hops + 1);
}
