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
 * Texts that are looked through without the table. It takes the time of thirty such looks, and
 * what an unchanged build has to say are a few lines.
 */
const LOOKS = 12;

/**
 * Where the pieces of long values stand. The forms of a CA bundle have 300,000, and a table of
 * them is made once in every build that says more than a few lines: of numbers, in a tenth of the
 * time that a map of strings takes.
 */
export class Pieces {
  /** All values, one after the other, each filled up to whole pieces. */
  readonly #text: string;
  /** Where in it each begins. */
  readonly #starts: readonly number[];
  /** The text in numbers. Low bytes are enough to find pieces by: what is found is compared. */
  readonly #words: Int32Array;
  /** By hash of a piece: where in the text it stands, + 1. */
  #slots: Int32Array | undefined;
  #looks = 0;

  constructor(values: readonly string[]) {
    const starts: number[] = [];
    let text = '';
    for (const value of values) {
      starts.push(text.length);
      const filled = Math.ceil(value.length / PIECE) * PIECE;
      text += withoutArmour(value).padEnd(filled, '\0');
    }
    this.#starts = starts;
    this.#text = text;
    const bytes = Buffer.alloc(text.length, text, 'latin1');
    if (endianness() === 'BE') bytes.swap32();
    this.#words = new Int32Array(bytes.buffer, 0, text.length / 4);
  }

  /** False: `find` finds nothing in this text. */
  mayBeIn(text: string): boolean {
    if (this.#slots || this.#looks === LOOKS) return true;
    this.#looks += 1;
    // The other way round: of the text's few words a table, and all of the values' pieces past it.
    const seen = new Uint8Array(TEXT_SLOTS);
    for (let at = 0; at + PIECE <= text.length; at += 1) seen[textSlot(wordAt(text, at))] = 1;
    const words = this.#words;
    for (let word = 0; word < words.length; word += WORDS) {
      if (seen[textSlot(words[word] ?? 0)] === 0) continue;
      if (text.includes(this.#text.slice(4 * word, 4 * word + PIECE))) return true;
    }
    return false;
  }

  /** The first value that has the piece which begins here in a text, and where. */
  find(text: string, at: number): { readonly number: number; readonly offset: number } | undefined {
    if (at + PIECE > text.length) return undefined;
    const slots = (this.#slots ??= this.#table());
    const hash = hashOf(wordAt(text, at), wordAt(text, at + 4), wordAt(text, at + 8));
    const place = (slots[this.#slot(slots, text, at, hash)] ?? 0) - 1;
    if (place < 0 || isRule(text.slice(at, at + PIECE))) return undefined;
    const number = this.#starts.findLastIndex((start) => start <= place);
    return { number, offset: place - (this.#starts[number] ?? 0) };
  }

  #table(): Int32Array {
    const [text, words] = [this.#text, this.#words];
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(text.length / PIECE + 1) + 1));
    for (let word = 0; word < words.length; word += WORDS) {
      const hash = hashOf(words[word] ?? 0, words[word + 1] ?? 0, words[word + 2] ?? 0);
      const slot = this.#slot(slots, text, 4 * word, hash);
      if (slots[slot] === 0) slots[slot] = 4 * word + 1;
    }
    return slots;
  }

  /** The slot of a piece, or the free one that it would have. */
  #slot(slots: Int32Array, text: string, at: number, hash: number): number {
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

function withoutArmour(value: string): string {
  // Most forms have none, which is seen at once.
  if (!value.includes('-----')) return value;
  return value.replaceAll(ARMOUR, (line) => ' '.repeat(line.length));
}

/** A piece in numbers of four bytes. */
const WORDS = PIECE / 4;

/** Of a table of a text's words. */
const TEXT_SLOTS = 1 << 13;

function textSlot(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 19;
}

function wordAt(text: string, at: number): number {
  let word = 0;
  for (let next = 3; next >= 0; next -= 1) word = (word << 8) | (text.charCodeAt(at + next) & 0xff);
  return word;
}

function hashOf(first: number, second: number, third: number): number {
  const hash = Math.imul(first ^ Math.imul(second ^ Math.imul(third, 0x9e3779b1), 0x85ebca6b), 0xc2b2ae35);
  return hash ^ (hash >>> 15);
}
