import { endOfString, StringError } from './string-end.ts';

/**
 * A tokenizer for Python 3.10–3.14. It finds what is wrong for certain (brackets, strings,
 * indentation, missing colons), which the error-tolerant grammar can't: there every odd
 * construct is an error, valid new ones too.
 */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator';
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** Brackets around it. */
  readonly depth: number;
}

/** One statement line, continuation lines included. */
export interface LogicalLine {
  /** At least one. */
  readonly tokens: readonly Token[];
  /** Columns, a tab reaching to the next multiple of eight. */
  readonly indent: number;
}

export interface TokenizedPython {
  readonly lines: readonly LogicalLine[];
  /** The first thing that no Python accepts. Tokens after it are not listed. */
  readonly error?: { readonly message: string; readonly at: number };
}

/** Splits a module into logical lines of tokens. Never throws. */
export function tokenize(source: string): TokenizedPython {
  const lexer = new Lexer(source);
  try {
    lexer.run();
    return { lines: lexer.lines };
  } catch (error) {
    if (!(error instanceof StringError)) throw error;
    return { lines: lexer.lines, error: { message: error.message, at: error.at } };
  }
}

const SPACE = /(?:[ \t\f]|\\(?:\r\n|\r|\n))+/y;
const COMMENT = /#[^\r\n]*/y;
const BREAK = /\r\n|\r|\n/y;
const NAME = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const STRING = /(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])?(?:"""|'''|"|')/y;
const NUMBER =
  /0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?/y;
const OPERATOR =
  /\.\.\.|\*\*=|\/\/=|>>=|<<=|:=|->|[-+*/%@&|^<>=!]=|\*\*|\/\/|<<|>>|<>|[-+*/%@&|^~<>=()[\]{},:.;]/y;

const CLOSES: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

class Lexer {
  readonly lines: LogicalLine[] = [];
  readonly #source: string;
  #at = 0;
  #tokens: Token[] = [];
  #indent = 0;
  readonly #open: { readonly text: string; readonly at: number }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  run(): void {
    this.#startLine();
    while (this.#at < this.#source.length) {
      if (this.#match(SPACE) || this.#match(COMMENT)) continue;
      if (this.#match(BREAK)) {
        if (this.#open.length > 0) continue;
        this.#endLine();
        this.#startLine();
      } else this.#token();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed) throw new StringError(`'${unclosed.text}' was never closed`, unclosed.at);
    this.#endLine();
  }

  #token(): void {
    const from = this.#at;
    const quote = this.#match(STRING);
    if (quote) {
      this.#at = endOfString(this.#source, from, quote);
      this.#push('string', from);
    } else if (this.#match(NAME)) this.#push('name', from);
    else if (this.#match(NUMBER)) this.#push('number', from);
    else if (this.#match(OPERATOR)) this.#operator(from);
    else throw this.#strange(from);
  }

  #operator(from: number): void {
    const text = this.#source.slice(from, this.#at);
    const opens = CLOSES[text];
    if (opens !== undefined) this.#close(text, opens, from);
    this.#push('operator', from);
    if (text === '(' || text === '[' || text === '{') this.#open.push({ text, at: from });
  }

  #close(text: string, opens: string, at: number): void {
    const open = this.#open.pop();
    if (!open) throw new StringError(`unmatched '${text}'`, at);
    if (open.text === opens) return;
    throw new StringError(
      `closing parenthesis '${text}' does not match opening parenthesis '${open.text}'`,
      at,
    );
  }

  #push(kind: Token['kind'], from: number): void {
    const text = this.#source.slice(from, this.#at);
    this.#tokens.push({ kind, text, from, to: this.#at, depth: this.#open.length });
  }

  #startLine(): void {
    this.#indent = 0;
    for (; this.#at < this.#source.length; this.#at += 1) {
      const character = this.#source[this.#at];
      if (character === ' ') this.#indent += 1;
      else if (character === '\t') this.#indent = (this.#indent >> 3) * 8 + 8;
      else if (character === '\f') this.#indent = 0;
      else break;
    }
  }

  #endLine(): void {
    if (this.#tokens.length > 0) this.lines.push({ tokens: this.#tokens, indent: this.#indent });
    this.#tokens = [];
  }

  /** Moves past what the sticky expression finds here. */
  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    return found;
  }

  #strange(at: number): StringError {
    const point = this.#source.codePointAt(at) ?? 0;
    const character = String.fromCodePoint(point);
    if (character === '\\') {
      return new StringError('unexpected character after line continuation character', at);
    }
    const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    if (point < 0x80 && point > 0x20) return new StringError(`invalid syntax at '${character}'`, at);
    return /\p{C}|\p{Z}/u.test(character)
      ? new StringError(`invalid non-printable character ${code}`, at)
      : new StringError(`invalid character '${character}' (${code})`, at);
  }
}
