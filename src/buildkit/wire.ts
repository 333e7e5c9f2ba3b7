/**
 * Protobuf's wire format, as far as the hot path needs it (protobuf.dev, "Encoding"):
 * variable-length integers and length-delimited fields. Written by hand because a message
 * object for each packet costs more than the transfer itself.
 */

/** Bytes that `value` takes as a varint. @param value 0 … 2^53 */
export function varintLength(value: number): number {
  let length = 1;
  let rest = value;
  for (; rest >= INT_LIMIT; length += 1) rest = Math.floor(rest / 128);
  for (; rest >= 0x80; length += 1) rest >>>= 7;
  return length;
}

/** Writes `value` at `offset`; returns the offset after it. @param value 0 … 2^53 */
export function writeVarint(target: Buffer, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  for (; rest >= INT_LIMIT; at += 1) {
    target[at] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  for (; rest >= 0x80; at += 1) {
    target[at] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at] = rest;
  return at + 1;
}

/** Below it the bit operators, which are several times faster, do not change the sign. */
const INT_LIMIT = 2 ** 31;

/**
 * A message of length-delimited fields, in the order given. For the few messages that must
 * leave before protobuf's library is loaded, which takes as long as a build that does nothing.
 */
export function message(...fields: readonly (readonly [number, string | Uint8Array])[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const [field, value] of fields) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    const head = Buffer.allocUnsafe(1 + varintLength(bytes.length));
    // All our field numbers are below 16, so a tag is one byte.
    head[0] = field * 8 + 2;
    writeVarint(head, 1, bytes.length);
    parts.push(head, bytes);
  }
  return Buffer.concat(parts);
}

/** The string in field 1, which is all of the requests that a daemon makes of us. */
export function stringField1(bytes: Buffer): string {
  const reader = new WireReader(bytes);
  let value = '';
  while (reader.next()) {
    if (reader.field === 1 && reader.type === 2) value = reader.bytes().toString('utf8');
    else reader.skip();
  }
  return value;
}

/** Reads fields one after the other. Every read is checked: the peer may be hostile. */
export class WireReader {
  readonly #bytes: Buffer;
  #offset = 0;
  /** Number and wire type of the field that `next` found. */
  field = 0;
  type = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Steps to the next field; false at the end. */
  next(): boolean {
    if (this.#offset >= this.#bytes.length) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.type = tag % 8;
    return true;
  }

  /** An unsigned integer; above 2^53 it loses its low bits. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.#bytes[this.#offset];
      if (byte === undefined) break;
      this.#offset += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new Error('the peer sent a malformed integer');
  }

  /** A length-delimited field, as a view of the message. */
  bytes(): Buffer {
    const length = this.varint();
    const start = this.#offset;
    if (this.type !== 2 || length > this.#bytes.length - start) {
      throw new Error('the peer sent a malformed message');
    }
    this.#offset = start + length;
    return this.#bytes.subarray(start, start + length);
  }

  /** Passes over a field that is not known here. */
  skip(): void {
    if (this.type === 0) this.varint();
    else if (this.type === 2) this.bytes();
    else if (this.type === 1 || this.type === 5) {
      this.#offset += this.type === 1 ? 8 : 4;
      if (this.#offset > this.#bytes.length) throw new Error('the peer sent a malformed message');
    } else throw new Error(`the peer sent a field of unknown type ${this.type}`);
  }
}
