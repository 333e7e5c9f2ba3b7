import { stringValue } from '../../project/python/string-literal.ts';
import type { Folded } from './fold.ts';

/**
 * The value of an f-string whose replacements are plain names of constants: `f"torch=={V}"`.
 * It is read from its text, as the tree may lack what stands in the braces.
 * @param text prefix and quotes included
 * @returns undefined when anything in it must be run
 */
export function foldTemplate(text: string, named: (name: string) => Folded | undefined): string | undefined {
  const [, prefix = '', quotes = '', rest = ''] =
    /^([fF][rR]?|[rR][fF])("""|'''|"|')([^]*)$/.exec(text) ?? [];
  if (quotes === '' || !rest.endsWith(quotes)) return undefined;
  const raw = /r/i.test(prefix);
  const body = rest.slice(0, rest.length - quotes.length);
  // `\N{…}` is a character by its name.
  if (!raw && /\\N\{/.test(body)) return undefined;
  let value = '';
  for (const [piece] of body.matchAll(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g)) {
    const part = pieceValue(piece, raw, named);
    if (part === undefined) return undefined;
    value += part;
  }
  return value;
}

function pieceValue(
  piece: string,
  raw: boolean,
  named: (name: string) => Folded | undefined,
): string | undefined {
  if (piece === '{{') return '{';
  if (piece === '}}') return '}';
  if (!/^[{}]/.test(piece)) return stringValue(`${raw ? 'r' : ''}"""${piece}"""`);
  const name = /^\{\s*([\p{L}_][\p{L}\p{N}_]*)\s*\}$/u.exec(piece)?.[1];
  const folded = name === undefined ? undefined : named(name);
  return folded && shown(folded);
}

/** `str(value)` */
function shown(folded: Folded): string | undefined {
  switch (folded.kind) {
    case 'str':
      return folded.value;
    case 'bool':
      return folded.value ? 'True' : 'False';
    case 'NoneType':
      return 'None';
    case 'int':
      return /^(?:0|[1-9][\d_]*)$/.test(folded.text) ? folded.text.replaceAll('_', '') : undefined;
    case 'float':
      return floatText(folded.text);
    default:
      return undefined;
  }
}

/** Only where both languages write a number alike. */
function floatText(text: string): string | undefined {
  const value = Number(text);
  if (!/^\d{1,9}\.\d{1,9}$/.test(text) || (value !== 0 && value < 1e-4)) return undefined;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
