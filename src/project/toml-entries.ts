/** A `key = value` of a TOML document, with its place: its parser tells the values only. */
export interface TomlEntry {
  /** The table's name and the key, in parts: `['tool', 'ovenbird', 'python']`. */
  readonly path: readonly string[];
  /** Counted from 1. */
  readonly line: number;
  /** The value as it is written. */
  readonly raw: string;
  /** Lines of the texts in a list, by text; the first of equal ones. */
  readonly items: ReadonlyMap<string, number>;
}

/**
 * The entries of a document in its order. What is in an inline table belongs to the table's entry.
 * @param text accepted by the parser
 */
export function tomlEntries(text: string): readonly TomlEntry[] {
  const entries: TomlEntry[] = [];
  let table: readonly string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  // Lines are counted on the way: a file of many keys is not walked again for each.
  let line = 1;
  let counted = 0;
  const lineAt = (position: number): number => {
    for (; counted < position; counted += 1) if (text[counted] === '\n') line += 1;
    return line;
  };
  while (at < text.length) {
    const start = skip(BLANK, text, at);
    if (start >= text.length) break;
    if (text[start] === '[') {
      const { parts, end } = readKey(text, skip(/\[{1,2}/y, text, start));
      table = parts;
      at = skip(/[^\n]*/y, text, end);
      continue;
    }
    const { parts, end } = readKey(text, start);
    const from = skip(/[ \t]*=[ \t]*/y, text, end);
    const first = lineAt(start);
    const value = readValue(text, from);
    const items = new Map<string, number>();
    for (const item of value.strings) {
      const itemLine = lineAt(item.at);
      if (!items.has(item.text)) items.set(item.text, itemLine);
    }
    const raw = text.slice(from, value.end).trim();
    entries.push({ path: [...table, ...parts], line: first, raw, items });
    // One step at least, whatever stands there.
    at = Math.max(skip(/[^\n]*/y, text, value.end), start + 1);
  }
  return entries;
}

const BLANK = /(?:\s|#[^\n]*)*/y;
const STRING = /"""(?:\\[^]|[^\\])*?"""(?!")|'''[^]*?'''(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** A dotted key: `tool."ovenbird".python`. */
function readKey(text: string, start: number): { readonly parts: readonly string[]; readonly end: number } {
  const parts: string[] = [];
  let at = start;
  for (;;) {
    at = skip(/[ \t]*/y, text, at);
    const quoted = skip(STRING, text, at);
    const end = quoted === at ? skip(/[\w-]*/y, text, at) : quoted;
    parts.push(quoted === at ? text.slice(at, end) : unquoted(text.slice(at, end)));
    at = skip(/[ \t]*/y, text, end);
    if (text[at] !== '.') return { parts, end: at };
    at += 1;
  }
}

interface ReadValue {
  readonly end: number;
  readonly strings: readonly { readonly text: string; readonly at: number }[];
}

/** To the end of the value's last line, or a comment behind it. */
function readValue(text: string, start: number): ReadValue {
  const strings: { text: string; at: number }[] = [];
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const letter = text[at];
    if (depth === 0 && (letter === '\n' || letter === '#')) break;
    const end = letter === '"' || letter === "'" ? skip(STRING, text, at) : at;
    if (end > at) {
      strings.push({ text: unquoted(text.slice(at, end)), at });
      at = end;
      continue;
    }
    if (letter === '[' || letter === '{') depth += 1;
    if (letter === ']' || letter === '}') depth -= 1;
    at = letter === '#' ? skip(/[^\n]*/y, text, at) : at + 1;
  }
  return { end: at, strings };
}

/** Escapes that JSON has not are left as they are: only a line is lost by it. */
function unquoted(literal: string): string {
  const inner =
    literal.startsWith('"""') || literal.startsWith("'''") ? literal.slice(3, -3) : literal.slice(1, -1);
  if (!literal.startsWith('"') || !inner.includes('\\')) return inner;
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch {
    return inner;
  }
}
