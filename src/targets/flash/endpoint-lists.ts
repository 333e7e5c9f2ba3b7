import type { DeclaredList } from './endpoint-types.ts';

/** Several lists as one; the first line that is computed stands for all. */
export function joinLists(lists: readonly DeclaredList[]): DeclaredList {
  const items = lists.flatMap((list) => list.items);
  const computedAt = lists.find((list) => list.computedAt !== undefined)?.computedAt;
  return computedAt === undefined ? { items } : { items, computedAt };
}
