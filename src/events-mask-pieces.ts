import { endianness } from 'node:os';

/**
 * Pieces by which parts of long values are found. A value is cut into pieces this long; any
 * part of twice the length holds a whole one, wherever the part begins and ends.
 */
export const PIECE = 12;

/** The lines around a PEM body are in every certificate and say nothing. */
const ARMOUR = /-----(?:BEGIN|END) [A-Z0-9 ]+-----/g;

/** Rules and spaces, as around the headings of a CA bundle, are in everybody's output. */
export function isRule(text: string): boolean {
  let seen = '';
  for (const character of text) {
    if (!seen.includes(character)) seen += character;
    if (seen.length > 4) return false;
  }
  return true;
}

/**
 * Where the pieces of long values stand. The forms of a CA bundle have 300,000, and a table of
 * them is made once in every build: of numbers, in a tenth of the time that a map of strings takes.
 */
export class Pieces {
  /** All values, one after the other, each filled up to whole pieces. */
  readonly #text: string;
  /** Where in it each begins. */
  readonly #starts: readonly number[];
  /** By hash of a piece: where in the text it stands, + 1. */
  readonly #slots: Int32Array;

  constructor(values: readonly string[]) {
    const starts: number[] = [];
    let text = '';
    for (const value of values) {
      starts.push(text.length);
      const filled = Math.ceil(value.length / PIECE) * PIECE;
      text += value.replaceAll(ARMOUR, (line) => ' '.repeat(line.length)).padEnd(filled, '\0');
    }
    this.#starts = starts;
    this.#text = text;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(text.length / PIECE + 1) + 1));
    // Low bytes are enough to find pieces by: what is found is compared.
    const bytes = Buffer.alloc(text.length, text, 'latin1');
    if (endianness() === 'BE') bytes.swap32();
    const words = new Int32Array(bytes.buffer, 0, text.length / 4);
    for (let word = 0; word < words.length; word += WORDS) {
      const slot = this.#slot(
        text,
        4 * word,
        hashOf(words[word] ?? 0, words[word + 1] ?? 0, words[word + 2] ?? 0),
      );
      if (this.#slots[slot] === 0) this.#slots[slot] = 4 * word + 1;
    }
  }

  /** The first value that has the piece which begins here in a text, and where. */
  find(text: string, at: number): { readonly number: number; readonly offset: number } | undefined {
    if (at + PIECE > text.length) return undefined;
    const slot = this.#slot(text, at, hashOf(wordAt(text, at), wordAt(text, at + 4), wordAt(text, at + 8)));
    const place = (this.#slots[slot] ?? 0) - 1;
    if (place < 0 || isRule(text.slice(at, at + PIECE))) return undefined;
    const number = this.#starts.findLastIndex((start) => start <= place);
    return { number, offset: place - (this.#starts[number] ?? 0) };
  }

  /** The slot of a piece, or the free one that it would have. */
  #slot(text: string, at: number, hash: number): number {
    const slots = this.#slots;
    for (let slot = hash; ; slot += 1) {
      slot &= slots.length - 1;
      const place = slots[slot] ?? 0;
      if (place === 0 || this.#holds(place - 1, text, at)) return slot;
    }
  }

  #holds(place: number, text: string, at: number): boolean {
    for (let next = 0; next < PIECE; next += 1)
      if (this.#text.charCodeAt(place + next) !== text.charCodeAt(at + next)) return false;
    return true;
  }
}

/** A piece in numbers of four bytes. */
const WORDS = PIECE / 4;

function wordAt(text: string, at: number): number {
  let word = 0;
  for (let next = 3; next >= 0; next -= 1) word = (word << 8) | (text.charCodeAt(at + next) & 0xff);
  return word;
}

function hashOf(first: number, second: number, third: number): number {
  const hash = Math.imul(first ^ Math.imul(second ^ Math.imul(third, 0x9e3779b1), 0x85ebca6b), 0xc2b2ae35);
  return hash ^ (hash >>> 15);
}
