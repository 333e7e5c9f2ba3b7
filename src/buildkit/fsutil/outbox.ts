import type { ServerHttp2Stream } from 'node:http2';

/** Bytes written to the connection at a time: measured, larger ones gain nothing. */
export const BATCH = 256 * 1024;

/** Batches that may be under way at once; with them memory stays at 1 MiB a stream. */
const BATCHES = 4;

/**
 * Gathers small frames into batches and writes each in one go. A batch's buffer is used
 * again once the connection has taken it, so waiting for a free one is the backpressure.
 */
export class Outbox {
  readonly #stream: ServerHttp2Stream;
  readonly #free: Buffer[] = [];
  #made = 0;
  #current: Buffer | undefined;
  #filled = 0;
  #wake: (() => void) | undefined;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    stream.once('close', () => this.#wake?.());
  }

  /** The batch being filled; valid after `room`. */
  buffer: Buffer = EMPTY;
  /** Where the next frame goes. */
  get offset(): number {
    return this.#filled;
  }

  /** True when `bytes` more fit now; else `await makeRoom(bytes)`. */
  has(bytes: number): boolean {
    return this.#current !== undefined && this.#current.length - this.#filled >= bytes;
  }

  /** @param bytes at most BATCH */
  async makeRoom(bytes: number): Promise<void> {
    if (this.has(bytes)) return;
    this.flush();
    this.#current = await this.#take();
    this.buffer = this.#current;
    this.#filled = 0;
  }

  /** Says that frames now reach up to `offset`. */
  advance(offset: number): void {
    this.#filled = offset;
  }

  /** Hands what is gathered to the connection. */
  flush(): void {
    const batch = this.#current;
    if (!batch) return;
    this.#current = undefined;
    if (this.#filled === 0) {
      this.#free.push(batch);
      return;
    }
    this.#stream.write(batch.subarray(0, this.#filled), () => {
      this.#free.push(batch);
      this.#wake?.();
    });
    this.#filled = 0;
  }

  async #take(): Promise<Buffer> {
    for (;;) {
      if (this.#stream.destroyed) throw new Error('the engine closed the file transfer');
      const batch = this.#free.pop();
      if (batch) return batch;
      if (this.#made < BATCHES) {
        this.#made += 1;
        return Buffer.allocUnsafeSlow(BATCH);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const EMPTY = Buffer.alloc(0);
