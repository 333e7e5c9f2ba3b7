import type { LogicalLine, Token } from './tokens.ts';

export interface LayoutError {
  readonly message: string;
  readonly at: number;
}

/** Keywords that open a block, with the words Python uses for them. */
const BLOCKS: Record<string, string> = {
  if: "'if' statement",
  elif: "'elif' statement",
  else: "'else' statement",
  for: "'for' statement",
  while: "'while' statement",
  try: "'try' statement",
  except: "'except' statement",
  finally: "'finally' statement",
  with: "'with' statement",
  def: 'function definition',
  class: 'class definition',
};

/** The keyword that makes a line the head of a block. */
export function blockKeyword(line: LogicalLine): string | undefined {
  const [first, second] = line.tokens;
  const token = first?.text === 'async' ? second : first;
  if (token?.kind !== 'name' || !Object.hasOwn(BLOCKS, token.text)) return undefined;
  return token.text;
}

/** The colon that ends a block's head, or undefined when there is none. */
export function headColon(line: LogicalLine): Token | undefined {
  let lambdas = 0;
  for (const token of line.tokens) {
    if (token.depth > 0) continue;
    if (token.text === 'lambda' && token.kind === 'name') lambdas += 1;
    if (token.text !== ':' || token.kind !== 'operator') continue;
    if (lambdas === 0) return token;
    lambdas -= 1;
  }
  return undefined;
}

/**
 * Finds the first mistake in indentation and block heads, as certain as Python itself is.
 * @param lineOf offset → line
 */
export function checkLayout(
  lines: readonly LogicalLine[],
  lineOf: (offset: number) => number,
): LayoutError | undefined {
  const indents = [0];
  let opener: LogicalLine | undefined;
  for (const line of lines) {
    const error = checkIndent(line, indents, opener, lineOf) ?? checkHead(line);
    if (error) return error;
    const last = line.tokens.at(-1);
    opener = last?.text === ':' && last.depth === 0 ? line : undefined;
  }
  return opener && { message: missingBlock(opener, lineOf), at: end(opener) };
}

function checkIndent(
  line: LogicalLine,
  indents: number[],
  opener: LogicalLine | undefined,
  lineOf: (offset: number) => number,
): LayoutError | undefined {
  const at = line.tokens[0]?.from ?? 0;
  const current = indents.at(-1) ?? 0;
  if (line.indent > current) {
    indents.push(line.indent);
    return opener ? undefined : { message: 'unexpected indent', at };
  }
  if (opener) return { message: missingBlock(opener, lineOf), at };
  while (line.indent < (indents.at(-1) ?? 0)) indents.pop();
  return line.indent === indents.at(-1)
    ? undefined
    : { message: 'unindent does not match any outer indentation level', at };
}

function checkHead(line: LogicalLine): LayoutError | undefined {
  if (isPrintStatement(line)) {
    const at = line.tokens[0]?.from ?? 0;
    return { message: "Missing parentheses in call to 'print'. Did you mean print(...)?", at };
  }
  if (!blockKeyword(line) || headColon(line)) return undefined;
  return { message: "expected ':'", at: end(line) };
}

/** `print "x"`, as Python 2 had it. */
function isPrintStatement(line: LogicalLine): boolean {
  const [first, second] = line.tokens;
  if (first?.text !== 'print' || !second || second.kind === 'operator') return false;
  return second.kind !== 'name' || !/^(?:in|is|and|or|not|if)$/.test(second.text);
}

function missingBlock(opener: LogicalLine, lineOf: (offset: number) => number): string {
  const keyword = blockKeyword(opener);
  const start = lineOf(opener.tokens[0]?.from ?? 0);
  const what = keyword === undefined ? "':'" : BLOCKS[keyword];
  return `expected an indented block after ${what} on line ${start}`;
}

function end(line: LogicalLine): number {
  return line.tokens.at(-1)?.to ?? 0;
}
