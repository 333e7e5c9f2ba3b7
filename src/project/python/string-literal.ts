const SIMPLE: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
  '\r\n': '',
};

const ESCAPE =
  /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(N\{[^}]*\})|(\r\n|[^]))/g;

/**
 * The value of one string literal as it stands in the source, prefix and quotes included.
 * @returns undefined for bytes, templates, and characters given by name
 */
export function stringValue(text: string): string | undefined {
  const match = /^([a-zA-Z]*)("""|'''|"|')([^]*)$/.exec(text);
  const [, prefix = '', quotes = '', rest = ''] = match ?? [];
  if (!match || /[bft]/i.test(prefix) || !rest.endsWith(quotes)) return undefined;
  const body = rest.slice(0, rest.length - quotes.length).replace(/\r\n?/g, '\n');
  if (/r/i.test(prefix)) return body;
  let readable = true;
  const value = body.replace(ESCAPE, (whole, octal, x, u, long, named, other) => {
    const hex: string | undefined = x ?? u ?? long;
    if (named !== undefined) readable = false;
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (hex !== undefined) {
      const point = Number.parseInt(hex, 16);
      readable &&= point <= 0x10ffff;
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    // An escape that Python doesn't know stays as it is, backslash and all.
    return SIMPLE[other] ?? whole;
  });
  return readable ? value : undefined;
}
