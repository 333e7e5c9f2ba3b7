/** Lines of a step that are kept for its failure. */
const KEPT = 60;

/** The last lines of a step's output. */
export class Tail {
  #lines: string[] = [];

  push(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length >= 2 * KEPT) this.#lines = this.#lines.slice(-KEPT);
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines.slice(-KEPT);
  }
}
