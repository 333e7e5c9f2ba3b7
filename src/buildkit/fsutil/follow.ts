import type { ContextEntry } from '../../context/entry.ts';
import { lowerBound } from './literal.ts';
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
  const include = new Set<string>();
  // What has been resolved already, which also ends a chain of links that leads back to itself.
  const seen = new Set<string>();
  const queue = [...paths];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    // Rooted first, so that `..` stops at the context's root.
    const cleaned = clean(`/${path}`).slice(1);
    if (seen.has(cleaned)) continue;
    seen.add(cleaned);
    if (cleaned === '') return undefined;
    const link = firstLink(entries, cleaned);
    include.add(link?.path ?? cleaned);
    for (const target of link?.targets ?? []) queue.push(`${target}/${link?.rest ?? ''}`);
  }
  return [...include].toSorted();
}

/** The first part of `path` that is a symbolic link, or a wildcard that matches some. */
function firstLink(
  entries: readonly ContextEntry[],
  path: string,
): { path: string; targets: readonly string[]; rest: string } | undefined {
  const parts = path.split('/');
  for (let count = 1; count <= parts.length; count += 1) {
    const current = parts.slice(0, count).join('/');
    const targets = linkTargets(entries, current);
    if (targets.length > 0) return { path: current, targets, rest: parts.slice(count).join('/') };
  }
  return undefined;
}

function linkTargets(entries: readonly ContextEntry[], path: string): readonly string[] {
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash + 1);
  if (!/[*?[]/.test(path.slice(slash + 1))) {
    const entry = find(entries, path);
    return entry?.kind === 'symlink' ? [targetOf(folder, entry.target)] : [];
  }
  const matcher = compilePatterns([path.slice(slash + 1)]);
  return entries
    .filter((entry) => entry.kind === 'symlink' && entry.path.startsWith(folder))
    .filter((entry) => {
      const name = entry.path.slice(folder.length);
      return !name.includes('/') && matcher?.match(name, undefined).matched;
    })
    .map((entry) => targetOf(folder, entry.kind === 'symlink' ? entry.target : ''));
}

function targetOf(folder: string, target: string): string {
  return target.startsWith('/') ? target : `/${folder}${target}`;
}

/** By bisection: a map of every path would cost more than the few look-ups. */
function find(entries: readonly ContextEntry[], path: string): ContextEntry | undefined {
  const found = entries[lowerBound(entries, path)];
  return found?.path === path ? found : undefined;
}
