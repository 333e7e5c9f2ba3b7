import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';

/**
 * The places of absolute paths in a folder, where they lie in it: relative to it, with `/`. What
 * a path names need not be there. A link counts at its own place and where it leads to.
 * @param root without symbolic links
 */
export function placesWithin(root: string, paths: readonly string[]): ReadonlySet<string> {
  const places = paths.flatMap((path) => [join(realPath(dirname(path)), basename(path)), realPath(path)]);
  const inside = places.map((place) => relative(root, place).split(sep).join('/'));
  return new Set(
    inside.filter((place) => place !== '' && place !== '..' && !/^(?:\.\.\/|\/|[A-Za-z]:)/.test(place)),
  );
}

/** Whether a path leads into a folder, or to it. What it names need not be there. @param path absolute */
export function leadsInto(root: string, path: string): boolean {
  const inside = relative(realPath(root), realPath(path));
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

/** Of what is not there, the folder that would hold it decides. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}
