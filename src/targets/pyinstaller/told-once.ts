import { SYSTEM_NAMES, type System } from './system.ts';

/**
 * What is said of the executables of several systems: what is true of all of them once, of the
 * rest with the system's name before it.
 */
export function toldOnce<T extends { readonly message: string }>(
  parts: readonly { readonly system: System; readonly items: readonly T[] }[],
): T[] {
  const counts = new Map<string, number>();
  for (const { items } of parts) {
    for (const key of new Set(items.map((item) => JSON.stringify(item)))) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const told = new Set<string>();
  return parts.flatMap(({ system, items }) =>
    items.flatMap((item) => {
      const key = JSON.stringify(item);
      if (counts.get(key) !== parts.length) {
        return [{ ...item, message: `${SYSTEM_NAMES[system]}: ${item.message}` }];
      }
      if (told.has(key)) return [];
      told.add(key);
      return [item];
    }),
  );
}
