/** Something that no Python accepts, at an offset. */
export class StringError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * Finds where a string literal ends; replacement fields of f-strings may hold any strings
 * themselves (PEP 701).
 * @param from where its prefix starts
 * @param opening prefix and quotes: `rb"""`
 * @returns the offset after its closing quotes
 * @throws StringError when it has none
 */
export function endOfString(source: string, from: number, opening: string): number {
  const quotes = opening.endsWith('"""') || opening.endsWith("'''") ? opening.slice(-3) : opening.slice(-1);
  const prefix = opening.slice(0, -quotes.length).toLowerCase();
  const start = from + opening.length;
  const end = /[ft]/.test(prefix)
    ? endOfTemplate(source, start, quotes, prefix.includes('r'))
    : endOfPlain(source, start, quotes);
  if (end !== undefined) return end;
  throw new StringError(
    quotes.length === 3 ? 'unterminated triple-quoted string literal' : 'unterminated string literal',
    from,
  );
}

function endOfPlain(source: string, start: number, quotes: string): number | undefined {
  const single = quotes.length === 1;
  for (let at = start; at < source.length; at += 1) {
    const character = source[at];
    if (character === '\\') at += single && source.startsWith('\r\n', at + 1) ? 2 : 1;
    else if (single && (character === '\n' || character === '\r')) return undefined;
    else if (source.startsWith(quotes, at)) return at + quotes.length;
  }
  return undefined;
}

function endOfTemplate(source: string, start: number, quotes: string, raw: boolean): number | undefined {
  const single = quotes.length === 1;
  for (let at = start; at < source.length;) {
    const character = source[at];
    if (character === '\\') at = afterBackslash(source, at, raw);
    else if (single && (character === '\n' || character === '\r')) return undefined;
    else if (source.startsWith(quotes, at)) return at + quotes.length;
    else if (source.startsWith('{{', at)) at += 2;
    else if (character === '{') {
      const end = endOfField(source, at + 1, quotes, raw);
      if (end === undefined) return undefined;
      at = end;
    } else at += 1;
  }
  return undefined;
}

/** A backslash hides the next character, but for braces; `\N{…}` is one character. */
function afterBackslash(source: string, at: number, raw: boolean): number {
  const next = source[at + 1];
  if (next === '{' || next === '}') return at + 1;
  if (!raw && source.startsWith('N{', at + 1)) {
    const end = source.indexOf('}', at);
    return end < 0 ? source.length : end + 1;
  }
  return source.startsWith('\r\n', at + 1) ? at + 3 : at + 2;
}

const STRING_START = /(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])?(?:"""|'''|"|')/y;
const WORD = /[\p{ID_Start}_]\p{ID_Continue}*/uy;

/** From after `{` to after the matching `}`; expression, conversion, format. */
function endOfField(source: string, start: number, quotes: string, raw: boolean): number | undefined {
  let depth = 0;
  for (let at = start; at < source.length;) {
    STRING_START.lastIndex = at;
    const opening = STRING_START.exec(source)?.[0];
    if (opening !== undefined) {
      at = endOfString(source, at, opening);
      continue;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(source)?.[0];
    const character = source[at] ?? '';
    if (word !== undefined) at += word.length;
    else if (character === '#') at = endOfComment(source, at);
    else if (depth === 0 && character === '}') return at + 1;
    else if (depth === 0 && character === ':') return endOfFormat(source, at + 1, quotes, raw);
    else {
      if ('([{'.includes(character)) depth += 1;
      if (')]}'.includes(character)) depth -= 1;
      at += 1;
    }
  }
  return undefined;
}

function endOfFormat(source: string, start: number, quotes: string, raw: boolean): number | undefined {
  for (let at = start; at < source.length;) {
    const character = source[at];
    if (character === '}') return at + 1;
    if (source.startsWith(quotes, at)) return undefined;
    if (character === '\\') at = afterBackslash(source, at, raw);
    else if (character === '{') {
      const end = endOfField(source, at + 1, quotes, raw);
      if (end === undefined) return undefined;
      at = end;
    } else at += 1;
  }
  return undefined;
}

function endOfComment(source: string, at: number): number {
  const end = source.slice(at).search(/[\r\n]/);
  return end < 0 ? source.length : at + end;
}
