import { stripVTControlCharacters } from 'node:util';

/**
 * Characters that a terminal would obey or that change how the rest is read: C0, DEL, C1,
 * line and paragraph separators, and the bidirectional overrides.
 */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Makes text from outside (file names, messages, package names) safe to print on one line:
 * a control character becomes visible (`\x1b`, `\u202e`, `\n`) and can do nothing.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, visible);
}

/** The same for text of several lines: line breaks stay, tabs become spaces. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => printable(line.replaceAll('\t', '    ')));
}

/**
 * One line of a program's output. Colour codes go, of a progress bar redrawn with carriage
 * returns its last state stays, everything else that is not text becomes visible.
 */
export function printableLog(text: string): string {
  const states = stripVTControlCharacters(text).split('\r');
  const last = states.findLast((state) => state.trim() !== '') ?? '';
  return printable(last.replaceAll('\t', '    '));
}

function visible(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return ' ';
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
