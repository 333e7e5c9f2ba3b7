import { posix } from 'node:path';

/** What `--add-data` and `--add-binary` are given. */
export interface Pair {
  /** As it was given. */
  readonly source: string;
  /** Folder in the bundle, relative to its top, with `/`. */
  readonly destination: string;
}

/**
 * Splits `SRC:DEST`. PyInstaller took `;` on Windows for long, and takes it there still.
 * @returns the rest of a sentence, and what to type, when it is no pair
 */
export function splitPair(value: string): Pair | { readonly says: string; readonly hint: string } {
  const separators = [...value.matchAll(/(^[A-Za-z]:(?=[/\\]))|[:;]/g)].filter(
    ([, drive]) => drive === undefined,
  );
  const [separator, second] = separators;
  if (!separator) {
    const source = value.replace(/[/\\]+$/, '');
    return {
      says: 'says not where it goes',
      hint: `for example: ${source}:${source.split(/[/\\]/).at(-1) ?? '.'}, or ${source}:.`,
    };
  }
  if (second) return { says: 'has more than one ":"', hint: 'write SRC:DEST' };
  const source = value.slice(0, separator.index);
  const given = value.slice(separator.index + 1);
  if (source === '') return { says: 'names nothing to add', hint: 'write SRC:DEST' };
  if (given === '') {
    return { says: 'says not where it goes', hint: `for the top folder of the bundle: ${source}:.` };
  }
  const destination = posix.normalize(given.replaceAll('\\', '/')).replace(/(?<=.)\/$/, '');
  if (/^(?:\/|~|[A-Za-z]:)/.test(destination) || destination === '..' || destination.startsWith('../')) {
    return {
      says: 'goes out of the bundle: DEST is a folder in it',
      hint: `write ${source}:FOLDER, or ${source}:. for its top folder`,
    };
  }
  return { source, destination };
}
