import { HERE, type Layout } from './layout.ts';

/**
 * The folders that modules are imported from: that of the entry, `src` where the project has
 * one, and the project's own, as `python -m` and scripts beside `src` have it.
 * @param besides one more, after these
 */
export function sourceRoots(layout: Layout, root: string, besides = root): readonly string[] {
  return [...new Set([root, ...(layout.hasSrc() ? ['src'] : []), HERE, besides])];
}
