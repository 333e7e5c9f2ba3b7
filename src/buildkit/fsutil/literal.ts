import type { ContextEntry } from '../../context/entry.ts';
import { comparePaths } from '../../project/path-order.ts';

/**
 * The entries at these paths, with all that lies below and the folders above: what patterns
 * without a wildcard select, without a look at every entry.
 * @param entries in the daemon's order
 */
export function selectLiterals(
  entries: readonly ContextEntry[],
  paths: readonly string[],
): readonly ContextEntry[] {
  const selected: ContextEntry[] = [];
  const sent = new Set<string>();
  let taken = 0;
  for (const path of paths.toSorted(comparePaths)) {
    const start = lowerBound(entries, path);
    const found = entries[start];
    // Not there, or below a path that was taken whole.
    if (found?.path !== path || start < taken) continue;
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const above = path.slice(0, end);
      const folder = entries[lowerBound(entries, above)];
      if (folder?.path === above && !sent.has(above)) selected.push(folder);
      sent.add(above);
    }
    selected.push(found);
    taken = start + 1;
    const prefix = `${path}/`;
    for (; taken < entries.length; taken += 1) {
      const below = entries[taken];
      if (!below?.path.startsWith(prefix)) break;
      selected.push(below);
    }
  }
  return selected;
}

/** Index of the first entry that is not before `path`. */
export function lowerBound(entries: readonly ContextEntry[], path: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry && comparePaths(entry.path, path) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
