import { blockKeyword, headColon } from './layout.ts';
import type { LogicalLine, Token } from './tokens.ts';

/**
 * Rewrites valid Python that the grammar takes for errors (bare `yield`, `20.`, patterns of
 * `case`, targets of `with … as`, starred items, type parameters, decorators by PEP 614…)
 * into something that it accepts *at the same offsets*. What the rewritten places say is
 * lost; nothing that a target looks for stands there.
 */
export function repair(source: string, lines: readonly LogicalLine[]): string {
  const text = source.split('');
  // `\f` alone on a line is a blank line to Python.
  for (let at = 0; at < text.length; at += 1) if (text[at] === '\f') text[at] = ' ';
  lines.forEach((line, index) => repairLine(text, line, lines[index + 1]));
  return text.join('');
}

function repairLine(text: string[], line: LogicalLine, next: LogicalLine | undefined): void {
  const [first, second] = line.tokens;
  if (!first) return;
  const colon = headColon(line);
  if (first.text === '@') return repairDecorator(text, line);
  if (colon && second && isSoftHead(line, next)) {
    // `case(x):` has no room for a name beside the keyword.
    blank(text, second.from, colon.from);
    put(text, second.from === first.to ? second.from + 1 : second.from, '_');
  } else {
    repairTypeParameters(text, line);
    repairLambdas(text, line);
    if (blockKeyword(line) === 'with' && colon) repairWith(text, line, colon);
    line.tokens.forEach((token, index) =>
      repairToken(text, token, line.tokens[index - 1], line.tokens[index + 1]),
    );
  }
}

/** `match x:` with `case` below, or a `case …:`; both are names elsewhere. */
function isSoftHead(line: LogicalLine, next: LogicalLine | undefined): boolean {
  const [first, second] = line.tokens;
  if (first?.text === 'match') {
    return next !== undefined && next.indent > line.indent && next.tokens[0]?.text === 'case';
  }
  if (first?.text !== 'case') return false;
  return !(second?.kind === 'operator' && /^(?:[.:,;=)]|.+=)$/.test(second.text));
}

/** Anything but `@a.b.c` and `@a.b.c(…)` becomes `@_`. */
function repairDecorator(text: string[], line: LogicalLine): void {
  const rest = line.tokens.slice(1);
  const open = rest.findIndex((token) => token.text === '(');
  const dotted = open < 0 ? rest : rest.slice(0, open);
  const plain =
    dotted.every((token, index) => (index % 2 === 0 ? token.kind === 'name' : token.text === '.')) &&
    dotted.length % 2 === 1;
  const closed =
    open < 0 || rest.findIndex((t, i) => i > open && t.depth === 0 && t.text === ')') === rest.length - 1;
  if (plain && closed) {
    rest.forEach((token, index) => repairToken(text, token, rest[index - 1], rest[index + 1]));
  } else if (rest[0]) blank(text, rest[0].from, rest.at(-1)?.to ?? rest[0].to, '_');
}

/** `def f[T](…)`, `class A[T]:`, `type X[T] = …` without their brackets. */
function repairTypeParameters(text: string[], line: LogicalLine): void {
  const tokens = line.tokens;
  const start = tokens[0]?.text === 'async' ? 1 : 0;
  if (!['def', 'class', 'type'].includes(tokens[start]?.text ?? '')) return;
  const open = tokens[start + 2];
  if (tokens[start + 1]?.kind !== 'name' || open?.text !== '[') return;
  const close = tokens.find((token) => token.from > open.from && token.text === ']' && token.depth === 0);
  if (close) blank(text, open.from, close.to);
}

/** `lambda a, b,: 0` without its last comma. */
function repairLambdas(text: string[], line: LogicalLine): void {
  let open = 0;
  line.tokens.forEach((token, index) => {
    if (token.text === 'lambda') open += 1;
    else if (token.text === ':' && open > 0) {
      open -= 1;
      const comma = line.tokens[index - 1];
      if (comma?.text === ',') put(text, comma.from, ' ');
    }
  });
}

/** `with f() as self.x:` is, to the grammar, as good as a comparison. */
function repairWith(text: string[], line: LogicalLine, colon: Token): void {
  for (const token of line.tokens) {
    if (token.from > colon.from) break;
    if (token.kind === 'name' && token.text === 'as') put(text, token.from, '==');
  }
}

/** After these a `*` is a prefix, not a product. */
const BEFORE_STAR = /^(?:[([{,=:]|return|yield|in|for|lambda|from|.*=)$/;

function repairToken(
  text: string[],
  token: Token,
  previous: Token | undefined,
  next: Token | undefined,
): void {
  if (token.kind === 'number') {
    if (/\.(?![\d_])/.test(token.text)) put(text, token.from + token.text.indexOf('.'), '0');
  } else if (token.kind === 'string') repairString(text, token);
  else if (token.text === 'yield' && (next === undefined || /^[)\]},;=:]$/.test(next.text))) {
    put(text, token.from, '_');
  } else if (token.text === 'print' && /^(?:>>|<<)$/.test(next?.text ?? '')) put(text, token.from, '_');
  else if (token.text === ':=') put(text, token.from, '==');
  else if (token.text === '*' && previous === undefined) put(text, token.from, '_');
  else if (token.text === '*' && BEFORE_STAR.test(previous?.text ?? '')) {
    put(text, token.from, next === undefined || /^[,):]$/.test(next.text) ? '_' : ' ');
  } else if (token.text === '/' && /^[,:)]$/.test(next?.text ?? '') && previous?.text === ',') {
    put(text, token.from, '_');
  }
}

/** Templates may nest quotes as the grammar can't; their text is of no interest. */
function repairString(text: string[], token: Token): void {
  const opening = /^[a-zA-Z]*(?:"""|'''|"|')/.exec(token.text)?.[0] ?? '';
  if (!/^[a-zA-Z]*[ftFT]/.test(opening)) return;
  const quotes = opening.length >= 3 && /("""|''')$/.test(opening) ? 3 : 1;
  const prefix = opening.length - quotes;
  put(text, token.from, 'f'.padEnd(prefix, 'r').slice(0, prefix));
  blank(text, token.from + opening.length, token.to - quotes);
}

function put(text: string[], at: number, characters: string): void {
  for (let index = 0; index < characters.length; index += 1) {
    text[at + index] = characters[index] ?? ' ';
  }
}

/** Spaces, line breaks included: the parts are within brackets or strings. */
function blank(text: string[], from: number, to: number, first = ' '): void {
  for (let at = from; at < to; at += 1) text[at] = ' ';
  if (from < to) text[from] = first;
}
