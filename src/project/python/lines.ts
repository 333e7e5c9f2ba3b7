/** Turns offsets of a text into lines and columns, both counted from 1. */
export class LineIndex {
  /** Offsets at which lines start. */
  readonly #starts: number[] = [0];
  readonly length: number;

  constructor(source: string) {
    for (const match of source.matchAll(/\r\n|\r|\n/g)) {
      this.#starts.push(match.index + match[0].length);
    }
    this.length = source.length;
  }

  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  columnOf(offset: number): number {
    return offset - (this.#starts[this.lineOf(offset) - 1] ?? 0) + 1;
  }
}
