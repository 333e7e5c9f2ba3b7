import { isRule, PIECE, Pieces } from './events-mask-pieces.ts';
import type { BuildEvent, EventSink } from './events.ts';

/** Replaces what it knows to be secret. */
export type Mask = (text: string) => string;

const HIDDEN = '***';

/** Shorter values stay: masking every "1" would hide the log and protect nothing. */
const SHORTEST = 4;

/** Needles are found by their first characters. */
const PREFIX = 8;

/** Forms of this length are compared before they are cut into pieces. */
const LONG = 1000;

interface Masking {
  readonly mask: Mask;
  /** Makes what the first text would have to wait for: 25 ms for a CA bundle. */
  prepare(): void;
}

const maskings = new WeakMap<ReadonlyMap<string, Uint8Array>, Masking>();

/** The mask of a build's secrets: whoever asks with the same map is given the same mask. */
export function maskOf(secrets: ReadonlyMap<string, Uint8Array>): Mask {
  return maskingOf(secrets).mask;
}

/** For a while in which this process has nothing else to do. */
export function prepareMask(secrets: ReadonlyMap<string, Uint8Array>): void {
  maskingOf(secrets).prepare();
}

function maskingOf(secrets: ReadonlyMap<string, Uint8Array>): Masking {
  const known = maskings.get(secrets);
  if (known) return known;
  const masking = makeMasking(secrets.values());
  maskings.set(secrets, masking);
  return masking;
}

/**
 * Makes a mask for secret values: the values themselves, their base64 (also within something
 * longer, so in all three alignments) and URL-encoded forms, and of long values every part:
 * a line of a PEM file, a wrapped line of its base64. A text costs one look-up a character,
 * however large the values: a CA bundle has 200 KB.
 */
export function createMask(values: Iterable<Uint8Array>): Mask {
  return makeMasking(values).mask;
}

function makeMasking(values: Iterable<Uint8Array>): Masking {
  let made: Index | undefined;
  const secrets = [...values];
  if (secrets.length === 0) return { mask: (text) => text, prepare: () => undefined };
  const index = (): Index => (made ??= buildIndex(secrets));
  return {
    mask: (text) => (text.length < SHORTEST ? text : index().hide(text)),
    prepare: () => index().prepare(),
  };
}

/** Every event that passes through is masked: nothing behind this sees a secret. */
export function maskSink(sink: EventSink, mask: Mask): EventSink {
  return (event) => sink(maskEvent(event, mask));
}

function maskEvent(event: BuildEvent, mask: Mask): BuildEvent {
  switch (event.type) {
    case 'log':
      return { ...event, text: mask(event.text) };
    case 'warning':
      return {
        ...event,
        message: mask(event.message),
        ...(event.hint === undefined ? {} : { hint: mask(event.hint) }),
      };
    case 'note':
      return { ...event, message: mask(event.message) };
    case 'step-finished':
      return event.error === undefined ? event : { ...event, error: mask(event.error) };
    case 'step-started':
    case 'progress':
    case 'artifact':
      return event;
    default:
      return event satisfies never;
  }
}

function buildIndex(secrets: readonly Uint8Array[]): Index {
  const index = new Index();
  for (const secret of secrets) {
    const bytes = Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
    const text = bytes.toString('utf8');
    const value = text.trim();
    for (const form of [
      value,
      ...base64Forms(Buffer.from(value)),
      ...base64Forms(bytes),
      ...urlForms(value),
    ]) {
      index.add(form);
    }
    const lines = value.split(/\r?\n/);
    if (lines.length < 2) continue;
    for (const line of lines) {
      const trimmed = line.trim();
      if (trimmed.length >= PREFIX && !trimmed.startsWith('-----') && !isRule(trimmed)) index.add(trimmed);
    }
  }
  return index;
}

/** As it looks inside the base64 of something longer, for each of the three alignments. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Characters at either end also hold bits of what stands beside it.
    const whole = encoded.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6));
    if (whole.length < PREFIX) return [];
    const url = whole.replaceAll('+', '-').replaceAll('/', '_');
    return url === whole ? [whole] : [whole, url];
  });
}

function urlForms(value: string): string[] {
  // A lone surrogate has no URL form.
  const encoded = encodeURIComponent(value.toWellFormed());
  if (encoded === value) return [];
  return [
    encoded,
    encoded.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    encoded.replaceAll('%20', '+'),
  ];
}

class Index {
  readonly #tiny: string[] = [];
  readonly #byPrefix = new Map<string, string[]>();
  readonly #long: string[] = [];
  /** Of the long ones; made when all are there. */
  #pieces: Pieces | undefined;

  add(form: string): void {
    if (form.length < SHORTEST) return;
    if (form.length < PREFIX) {
      this.#tiny.push(form);
      return;
    }
    const prefix = form.slice(0, PREFIX);
    const others = this.#byPrefix.get(prefix);
    if (!others) this.#byPrefix.set(prefix, [form]);
    else if (!others.includes(form)) others.push(form);
    if (form.length >= 2 * PIECE && !this.#hasLike(form)) this.#long.push(form);
  }

  /** Of a file with a line break at its end, and of the same without one, most is the same. */
  #hasLike(form: string): boolean {
    if (form.length < LONG) return false;
    const most = form.slice(0, -PIECE);
    return this.#long.some((other) => Math.abs(other.length - form.length) < PIECE && other.startsWith(most));
  }

  prepare(): void {
    this.#ofLong();
  }

  hide(text: string): string {
    let shown = '';
    let from = 0;
    const mayHoldPart = this.#ofLong().mayBeIn(text);
    for (let at = 0; at + PREFIX <= text.length; at += 1) {
      const found = this.#needleAt(text, at) ?? (mayHoldPart ? this.#partAt(text, at, from) : undefined);
      if (!found) continue;
      const between = text.slice(from, found.start);
      shown += between === '' && shown.endsWith(HIDDEN) ? '' : between + HIDDEN;
      from = found.end;
      at = found.end - 1;
    }
    shown += text.slice(from);
    for (const value of this.#tiny) shown = shown.replaceAll(value, HIDDEN);
    return shown;
  }

  #needleAt(text: string, at: number): { start: number; end: number } | undefined {
    let longest = 0;
    for (const needle of this.#byPrefix.get(text.slice(at, at + PREFIX)) ?? []) {
      if (needle.length > longest && text.startsWith(needle, at)) longest = needle.length;
    }
    return longest === 0 ? undefined : { start: at, end: at + longest };
  }

  /**
   * The part of a secret that begins around a piece found here. Forms of a secret share
   * stretches (its URL form differs in some characters only), so the piece found first may be
   * of the form that agrees less; every other form has a piece that begins within the next
   * `PIECE` characters.
   */
  #partAt(text: string, at: number, from: number): { start: number; end: number } | undefined {
    let part = this.#pieceAt(text, at, from);
    if (!part) return undefined;
    for (let next = at + 1; next <= at + PIECE; next += 1) {
      const other = this.#pieceAt(text, next, from);
      if (other) part = { start: Math.min(part.start, other.start), end: Math.max(part.end, other.end) };
    }
    return part;
  }

  #ofLong(): Pieces {
    return (this.#pieces ??= new Pieces(this.#long));
  }

  /** Widens a piece that was found to all that agrees with the value around it. */
  #pieceAt(text: string, at: number, from: number): { start: number; end: number } | undefined {
    const place = this.#ofLong().find(text, at);
    if (!place) return undefined;
    const { number, offset } = place;
    const value = this.#long[number] ?? '';
    let start = at;
    let end = at + PIECE;
    while (start > from && offset - (at - start) > 0 && text[start - 1] === value[offset - (at - start) - 1])
      start -= 1;
    while (end < text.length && text[end] === value[offset + (end - at)]) end += 1;
    return end - start >= PREFIX + PIECE ? { start, end } : undefined;
  }
}
