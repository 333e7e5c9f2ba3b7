import { styleText } from 'node:util';

/** How text is marked. With colour off every function gives its text back. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

export function makeStyle(color: boolean): Style {
  const paint = (format: keyof Style) => (text: string) =>
    // We decide whether there is colour (see `wantsColor`), so Node's own check is off.
    color ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}

export interface ColorQuestion {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

/**
 * `FORCE_COLOR` wins over `NO_COLOR` (as in Node itself), both over what the stream is;
 * a dumb terminal has no colour.
 */
export function wantsColor({ env, isTTY }: ColorQuestion): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return isTTY && env['TERM'] !== 'dumb';
}
