import stringWidth from 'string-width';

/** Splits by what a reader takes for one character: letter and accents, a joined emoji. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

// eslint-disable-next-line no-control-regex
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Cuts text to a number of terminal columns; what was cut shows as `…`. Wide characters
 * count two. Text must carry no escape sequences.
 */
export function fit(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (PLAIN.test(text)) {
    return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  }
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const width = stringWidth(segment);
    if (used + width > columns - 1) break;
    kept += segment;
    used += width;
  }
  return `${kept}…`;
}

/** Terminal columns that text takes, escape sequences not counted. */
export function displayWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** Fills text up with spaces to a number of columns. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}
