import { lstatSync } from 'node:fs';
import { problem, throwAll, type Problem } from '../errors.ts';
import { hashFile } from './hash-file.ts';
import { printable } from './names.ts';
import { comparePaths } from './path-order.ts';
import { seenDigest } from './read-bytes.ts';
import { Slices } from './slices.ts';
import type { StatCache } from './stat-cache.ts';
import type { FileContent, ProjectContents, ProjectEntry } from './tree.ts';
import { unreadable } from './unreadable.ts';

export interface ContentsOptions {
  /** What was listed. */
  readonly files: readonly ProjectEntry[];
  /** What could not be listed, reported together with what can't be read. */
  readonly problems?: readonly Problem[];
  /** Saved when all has been read. Without one every file is read. */
  readonly statCache?: StatCache | undefined;
  /** Ends `all`; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** While files are read the engine is found and asked to build: that must not wait. */
const SLICE_MS = 1;

/** The file went away since it was listed, or something else took its place. */
const GONE = Symbol('gone');
const UNREADABLE = Symbol('unreadable');

/** A promise while a long file is being read; it resolves when the slot says what came of it. */
type Slot = FileContent | typeof GONE | typeof UNREADABLE | Promise<void> | undefined;

/**
 * Reads the files of a project, each once: in order while nothing else is to be done (`all`),
 * and out of turn when one is asked for (`of`).
 */
export class Contents implements ProjectContents {
  readonly #files: readonly ProjectEntry[];
  readonly #problems: Problem[];
  readonly #statCache: StatCache | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #slices: Slices;
  readonly #slots: Slot[];
  #all: Promise<void> | undefined;

  constructor({ files, problems = [], statCache, signal }: ContentsOptions) {
    this.#files = files;
    this.#problems = [...problems];
    this.#statCache = statCache;
    this.#signal = signal;
    this.#slices = new Slices(SLICE_MS, signal);
    this.#slots = Array.from({ length: files.length }, () => undefined);
  }

  of(index: number): FileContent | undefined | Promise<FileContent | undefined> {
    const slot = (this.#slots[index] ??= this.#attempt(index));
    // What is wrong with the others is to be told with it.
    if (slot === UNREADABLE) return this.all().then(() => undefined);
    if (slot instanceof Promise) return slot.then(() => this.of(index));
    const content = slot === GONE ? undefined : slot;
    this.#refuseChanged(index, content);
    return content;
  }

  all(): Promise<void> {
    if (!this.#all) {
      this.#all = this.#readAll();
      // Whoever waits for it hears of it; a build that failed before may not.
      this.#all.catch(() => undefined);
    }
    return this.#all;
  }

  async #readAll(): Promise<void> {
    for (let index = 0; index < this.#files.length; index += 1) {
      const slot = (this.#slots[index] ??= this.#attempt(index));
      if (slot instanceof Promise) await slot;
      if (this.#slices.due()) await this.#slices.pause();
    }
    throwAll(this.#problems.toSorted((a, b) => comparePaths(placeOf(a), placeOf(b))));
    this.#statCache?.save();
  }

  /** The plan was made from other bytes than would be built. */
  #refuseChanged(index: number, content: FileContent | undefined): void {
    const entry = this.#files[index];
    const seen = entry?.kind === 'file' ? seenDigest(entry) : undefined;
    if (!entry || !seen || (content && Buffer.compare(seen, content.digest) === 0)) return;
    throw problem('CONTEXT_CHANGED', `${printable(entry.path)} changed while the project was being read`, {
      hint: 'run the build again',
      location: { file: entry.path },
    });
  }

  #attempt(index: number): Slot {
    const entry = this.#files[index];
    if (entry?.kind !== 'file') return GONE;
    try {
      const found = this.#read(entry.path, entry.absolute);
      if (!(found instanceof Promise)) return found;
      return found.then(
        (content) => void (this.#slots[index] = content),
        (error: unknown) => void (this.#slots[index] = this.#failed(entry.path, error)),
      );
    } catch (error) {
      return this.#failed(entry.path, error);
    }
  }

  #read(path: string, absolute: string): FileContent | typeof GONE | Promise<FileContent> {
    const stats = lstatSync(absolute);
    if (!stats.isFile()) return GONE;
    const executable = (stats.mode & 0o111) !== 0;
    const known = this.#statCache?.find(path, stats);
    if (known !== undefined) return { size: stats.size, executable, digest: known };
    const hashedAt = Date.now();
    const take = ({ digest, size }: { digest: Uint8Array; size: number }): FileContent => {
      if (size === stats.size) this.#statCache?.add(path, stats, digest, hashedAt);
      return { size, executable, digest };
    };
    const hashed = hashFile(absolute, () => this.#slices.pause());
    return hashed instanceof Promise ? hashed.then(take) : take(hashed);
  }

  #failed(path: string, error: unknown): typeof GONE | typeof UNREADABLE {
    this.#signal?.throwIfAborted();
    const found = unreadable(path, error);
    if (!found) return GONE;
    this.#problems.push(found);
    return UNREADABLE;
  }
}

function placeOf({ location }: Problem): string {
  return location?.file ?? '';
}
