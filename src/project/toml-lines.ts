/**
 * The lines of the items of a list of strings in a TOML document, which its parser does not
 * tell. Found by their text: an item that is written with escapes gets the line of the key.
 * @param table `project` for `[project]`; undefined for the keys before the first table
 * @param items in the order of the document
 * @returns a line for each item, counted from 1
 */
export function itemLines(
  text: string,
  table: string | undefined,
  key: string,
  items: readonly string[],
): number[] {
  const lines = text.split(/\r\n|\r|\n/);
  const start = keyLine(lines, table, key);
  let line = start;
  let column = 0;
  return items.map((item) => {
    for (let at = line; at < lines.length; at += 1) {
      const from = at === line ? column : 0;
      const places = [`"${item}"`, `'${item}'`].map((quoted) => (lines[at] ?? '').indexOf(quoted, from));
      const place = places.find((each) => each >= 0);
      if (place === undefined) continue;
      line = at;
      column = place + item.length + 2;
      return at + 1;
    }
    return start + 1;
  });
}

/** Index of the line that sets a key of a table; 0 when it is not found. */
function keyLine(lines: readonly string[], table: string | undefined, key: string): number {
  let current: string | undefined;
  for (const [index, line] of lines.entries()) {
    const header = /^\s*\[\s*([^[\]]+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) current = header.replace(/["']/g, '');
    const named = /^\s*["']?([\w.-]+)["']?\s*=/.exec(line)?.[1];
    const isKey = current === table ? named === key : current === undefined && named === `${table}.${key}`;
    if (isKey && named !== undefined) return index;
  }
  return 0;
}
