/**
 * gRPC's message framing inside an HTTP/2 stream ("Length-Prefixed-Message" in the gRPC
 * over HTTP/2 protocol): one byte that says whether the message is compressed, four bytes
 * of length, big endian, the message.
 */

/** Bytes in front of each message. */
export const HEADER = 5;

/** The daemon refuses messages above this (containerd's default); so do we. */
export const MAX_MESSAGE = 16 * 1024 * 1024;

/** One message with its prefix, in a buffer of its own. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER + message.length);
  writeHeader(framed, 0, message.length);
  framed.set(message, HEADER);
  return framed;
}

/** Writes a message's prefix at `offset`. */
export function writeHeader(target: Buffer, offset: number, length: number): void {
  target[offset] = 0;
  target.writeUInt32BE(length, offset + 1);
}

/**
 * Cuts incoming chunks into messages. A message that lies whole within a chunk is handed on
 * without copying, so a receiver must copy what it keeps beyond its callback.
 */
export class MessageReader {
  readonly #onMessage: (message: Buffer) => void;
  readonly #header = Buffer.allocUnsafe(HEADER);
  #headerFilled = 0;
  #message: Buffer | undefined;
  #messageFilled = 0;

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** True between two messages: a stream may only end there. */
  get atBoundary(): boolean {
    return this.#headerFilled === 0;
  }

  /** @throws Error when the peer breaks the framing; the stream is of no use after that */
  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#message) {
        const taken = Math.min(this.#message.length - this.#messageFilled, chunk.length - offset);
        chunk.copy(this.#message, this.#messageFilled, offset, offset + taken);
        this.#messageFilled += taken;
        offset += taken;
        if (this.#messageFilled === this.#message.length) this.#finish(this.#message);
        continue;
      }
      const taken = Math.min(HEADER - this.#headerFilled, chunk.length - offset);
      chunk.copy(this.#header, this.#headerFilled, offset, offset + taken);
      this.#headerFilled += taken;
      offset += taken;
      if (this.#headerFilled < HEADER) return;
      const length = checkedLength(this.#header);
      if (length <= chunk.length - offset) {
        this.#finish(chunk.subarray(offset, offset + length));
        offset += length;
      } else {
        this.#message = Buffer.allocUnsafe(length);
        this.#messageFilled = 0;
      }
    }
  }

  #finish(message: Buffer): void {
    this.#headerFilled = 0;
    this.#message = undefined;
    this.#onMessage(message);
  }
}

function checkedLength(header: Buffer): number {
  // We never announce `grpc-accept-encoding`, so a peer has no reason to compress.
  if (header[0] !== 0) throw new Error('the peer sent a compressed gRPC message');
  const length = header.readUInt32BE(1);
  if (length > MAX_MESSAGE) throw new Error(`the peer sent a gRPC message of ${length} bytes`);
  return length;
}
