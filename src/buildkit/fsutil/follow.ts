import { type ContextEntry, comparePaths } from '../../context/entry.ts';
import { clean, compilePatterns } from './patterns.ts';

/**
 * Resolves the paths of a COPY or a mount to what must be sent for them: the path itself and,
 * for each symbolic link on the way, the link and its target (tonistiigi/fsutil,
 * followlinks.go). Links cannot lead out: the context's root is the root.
 * @returns patterns to include; undefined when the root itself is asked for
 */
export function followLinks(
  entries: readonly ContextEntry[],
  paths: readonly string[],
): readonly string[] | undefined {
  const resolved = new Set<string>();
  for (const path of paths) follow(entries, path, resolved);
  return resolved.has('.') ? undefined : [...resolved].toSorted();
}

function follow(entries: readonly ContextEntry[], path: string, resolved: Set<string>): void {
  // Rooted first, so that `..` stops at the context's root.
  const parts = clean(`/${path}`).slice(1).split('/');
  let current = '';
  for (const [index, part] of parts.entries()) {
    current = current === '' ? part : `${current}/${part}`;
    const rest = parts.slice(index + 1).join('/');
    const targets = linkTargets(entries, current);
    if (targets.length === 0 && rest !== '') continue;
    const name = current === '' ? '.' : current;
    // Seen before: also what ends a chain of links that leads back to itself.
    const key = rest === '' ? name : `${name}\0${rest}`;
    if (resolved.has(name) && (rest === '' || resolved.has(key))) return;
    resolved.add(name);
    if (rest !== '') resolved.add(key);
    for (const target of targets) follow(entries, `${target}/${rest}`, resolved);
    return;
  }
}
