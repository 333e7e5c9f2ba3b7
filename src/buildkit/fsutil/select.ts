import type { ContextEntry } from '../../context/entry.ts';
import { followLinks } from './follow.ts';
import { selectLiterals } from './literal.ts';
import { type Match, compilePatterns } from './patterns.ts';

/** What the daemon asks for, as in the metadata of `FileSync.DiffCopy`. */
export interface Selection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Paths to include together with what symbolic links on the way point at. */
  readonly follow: readonly string[];
}

interface Folder {
  readonly entry: ContextEntry;
  readonly prefix: string;
  readonly include: Match | undefined;
  readonly exclude: Match | undefined;
  sent: boolean;
}

/**
 * The entries that the daemon asks for, in order; a folder also when something below it is
 * asked for (tonistiigi/fsutil, filter.go).
 */
export function select(
  entries: readonly ContextEntry[],
  { include, exclude, follow }: Selection,
): readonly ContextEntry[] {
  const including = compilePatterns(withFollowed(entries, include, follow));
  const excluding = compilePatterns(exclude);
  if (!including && !excluding) return entries;
  if (including?.literals && !excluding) return selectLiterals(entries, including.literals);
  const selected: ContextEntry[] = [];
  const folders: Folder[] = [];
  for (const entry of entries) {
    let above = folders.at(-1);
    while (above && !entry.path.startsWith(above.prefix)) {
      folders.pop();
      above = folders.at(-1);
    }
    const included = including?.match(entry.path, above?.include);
    const excluded = excluding?.match(entry.path, above?.exclude);
    const wanted = (included?.matched ?? true) && !(excluded?.matched ?? false);
    if (wanted) {
      for (const folder of folders) {
        if (!folder.sent) selected.push(folder.entry);
        folder.sent = true;
      }
      selected.push(entry);
    }
    if (entry.kind === 'directory') {
      folders.push({
        entry,
        prefix: `${entry.path}/`,
        include: included,
        exclude: excluded,
        sent: wanted,
      });
    }
  }
  return selected;
}

function withFollowed(
  entries: readonly ContextEntry[],
  include: readonly string[],
  follow: readonly string[],
): readonly string[] {
  if (follow.length === 0) return include;
  const followed = followLinks(entries, follow);
  if (!followed) return include;
  const all = [...include, ...followed];
  // One of them is the root: nothing is filtered.
  return all.includes('.') ? [] : all;
}
