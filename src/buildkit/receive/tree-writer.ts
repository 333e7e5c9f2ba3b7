import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { type OvenbirdError, problem } from '../../errors.ts';

/** More entries than any result has; a peer that sends them is broken or hostile. */
export const MAX_ENTRIES = 2_000_000;

/** Linux's PATH_MAX and more than its SYMLINK_MAX. */
const MAX_PATH = 4096;

/**
 * Writes files that the engine sent into one folder and nowhere else, whatever they are
 * called. It goes by its own record, not by looking at the disk: an entry's parent must be a
 * folder that was made here, never a link, and nothing that exists is opened. The calls
 * block: each is short, and 5,000 files would take six times as long through the pool.
 */
export class TreeWriter {
  readonly #root: string;
  /** Folders made here, with what they are given at the end. */
  readonly #folders = new Map<string, { mode: number; seconds: number }>();
  readonly #files = new Set<string>();
  #entries = 0;

  /** @param root an existing, empty folder that nobody else writes to */
  constructor(root: string) {
    this.#root = root;
  }

  /** @param mode permission bits @param seconds modification time since the epoch */
  directory(name: string, mode: number, seconds: number): void {
    const target = this.#place(name);
    // The owner must be able to fill it, whatever it will be in the end.
    guarded(name, () => mkdirSync(target, 0o700));
    this.#folders.set(name, { mode, seconds });
  }

  /** True when `name` is a folder that was made here. */
  hasFolder(name: string): boolean {
    return this.#folders.has(name);
  }

  /** Makes a file and returns its descriptor, to be ended with `closeFile`. */
  openFile(name: string): number {
    const target = this.#place(name);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
    const descriptor = guarded(name, () => openSync(target, flags, 0o600));
    this.#files.add(name);
    return descriptor;
  }

  closeFile(name: string, descriptor: number, mode: number, seconds: number): void {
    guarded(name, () => {
      try {
        fchmodSync(descriptor, mode & 0o777);
        futimesSync(descriptor, seconds, seconds);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  /** The target is kept as it is and followed by nobody here. */
  symlink(name: string, target: string): void {
    if (target === '' || target.length > MAX_PATH || target.includes('\0')) throw unsafe(name, 'link target');
    const place = this.#place(name);
    guarded(name, () => symlinkSync(target, place));
  }

  /** @param target path of a file that was received before */
  hardLink(name: string, target: string): void {
    if (!this.#files.has(target)) throw unsafe(name, `hard link to ${JSON.stringify(target)}`);
    const place = this.#place(name);
    guarded(name, () => linkSync(path.join(this.#root, target), place));
    this.#files.add(name);
  }

  /** Gives folders their modes and times, innermost first. */
  finish(): void {
    for (const [name, { mode, seconds }] of [...this.#folders].toReversed()) {
      const target = path.join(this.#root, name);
      guarded(name, () => {
        utimesSync(target, seconds, seconds);
        chmodSync(target, mode & 0o777);
      });
    }
  }

  #place(name: string): string {
    this.#entries += 1;
    if (this.#entries > MAX_ENTRIES) throw unsafe(name, `more than ${MAX_ENTRIES} entries`);
    checkName(name);
    const slash = name.lastIndexOf('/');
    if (slash >= 0 && !this.#folders.has(name.slice(0, slash))) throw unsafe(name, 'parent is no folder');
    return path.join(this.#root, name);
  }
}

/** @throws OvenbirdError OUTPUT_UNSAFE unless `name` is relative, clean and leads downwards */
export function checkName(name: string): void {
  if (name === '' || name.length > MAX_PATH) throw unsafe(name, 'length');
  if (name.includes('\0')) throw unsafe(name, 'NUL');
  if (name.includes('\ufffd')) throw unsafe(name, 'not UTF-8');
  if (process.platform === 'win32' && /[\\:]/.test(name)) throw unsafe(name, 'not a Windows name');
  for (const part of name.split('/')) {
    if (part === '' || part === '.' || part === '..') throw unsafe(name, 'not a clean path');
  }
}

export function unsafe(name: string, why: string): OvenbirdError {
  return problem(
    'OUTPUT_UNSAFE',
    `the engine sent ${JSON.stringify(name.slice(0, 200))}, which is refused (${why})`,
  );
}

function guarded<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Made twice, or two names that this file system takes as one.
    if (code === 'EEXIST') throw unsafe(name, 'there already');
    throw problem('OUTPUT_NOT_WRITABLE', `cannot write ${name}: ${message}`, { cause: error });
  }
}
