import { stripVTControlCharacters } from 'node:util';

/** A line longer than this is cut in pieces: a progress bar without line breaks, a blob. */
const MAX_LINE = 16 * 1024;

/**
 * Cuts one stream of a step's output into lines. What a carriage return overwrites on a
 * terminal is dropped, control sequences are taken out, bytes that are no UTF-8 become U+FFFD.
 */
export class LogLines {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    let start = 0;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n', start)) {
      this.#emit(this.#rest.slice(start, end));
      start = end + 1;
    }
    this.#rest = this.#rest.slice(start);
    if (this.#rest.length > MAX_LINE) this.#shorten();
  }

  /** The step is over: what has no line break is a line as well. */
  end(): void {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    if (rest !== '') this.#emit(rest);
  }

  #shorten(): void {
    const visible = this.#rest.slice(this.#rest.lastIndexOf('\r', this.#rest.length - 2) + 1);
    if (visible.length <= MAX_LINE) {
      this.#rest = visible;
      return;
    }
    this.#emit(visible);
    this.#rest = '';
  }

  #emit(raw: string): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const visible = stripVTControlCharacters(line.slice(line.lastIndexOf('\r') + 1));
    // Tabs stay; any other control character could move the cursor or end a line.
    // oxlint-disable-next-line no-control-regex
    this.#onLine(visible.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, ''));
  }
}
