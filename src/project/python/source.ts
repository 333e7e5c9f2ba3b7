/** What Python looks for in the first two lines, by PEP 263. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/**
 * Decodes a Python file as Python does: UTF-8 unless one of the first two lines names another
 * encoding; a byte order mark is dropped.
 * @returns the text, or what is wrong with the bytes and where (line counted from 1)
 */
export function decodePython(
  bytes: Uint8Array,
): { readonly text: string } | { readonly message: string; readonly line: number } {
  const utf8 = decode(bytes, 'utf-8');
  if (utf8 !== undefined) return { text: utf8 };
  const latin1 = Buffer.from(bytes).toString('latin1');
  const lines = latin1.split(/\r\n|\r|\n/);
  const named = lines.slice(0, 2).flatMap((line) => CODING.exec(line)?.[1] ?? []);
  const text = named[0] === undefined ? undefined : decode(bytes, label(named[0]));
  if (text !== undefined) return { text };
  const line = lines.findIndex((each) => decode(Buffer.from(each, 'latin1'), 'utf-8') === undefined);
  return { message: 'the file is not UTF-8 text', line: line + 1 };
}

/** Python's name of an encoding as browsers, and so Node, spell it. */
function label(encoding: string): string {
  return encoding
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^latin-(?=\d)/, 'latin');
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
