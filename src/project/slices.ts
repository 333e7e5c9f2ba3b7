/**
 * Lets long synchronous work give the event loop a turn, so that Ctrl-C and time limits are
 * seen: call `due()` after each piece and await `pause()` when it says so.
 */
export class Slices {
  readonly #milliseconds: number;
  readonly #signal: AbortSignal | undefined;
  #end: number;

  constructor(milliseconds: number, signal?: AbortSignal) {
    this.#milliseconds = milliseconds;
    this.#signal = signal;
    this.#end = performance.now() + milliseconds;
  }

  due(): boolean {
    return performance.now() >= this.#end;
  }

  /** @throws the signal's reason, once it was aborted */
  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#signal?.throwIfAborted();
    this.#end = performance.now() + this.#milliseconds;
  }
}
