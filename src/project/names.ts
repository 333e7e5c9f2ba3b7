import { readdirSync } from 'node:fs';

/**
 * The names in a folder whose bytes are not UTF-8: Node shows each bad byte as U+FFFD, and
 * the file can't be opened by what it shows.
 * @param folder absolute
 */
export function foreignNames(folder: string): Buffer[] {
  return readdirSync(folder, { encoding: 'buffer' }).filter(
    (name) => !Buffer.from(name.toString('utf8')).equals(name),
  );
}

/** A name on one line: control characters as `\xNN`. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, (character) => hex(character.charCodeAt(0)));
}

/** A name that is not text: everything but printable ASCII as `\xNN`. */
export function printableBytes(name: Uint8Array): string {
  return Array.from(name, (byte) =>
    byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : hex(byte),
  ).join('');
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
