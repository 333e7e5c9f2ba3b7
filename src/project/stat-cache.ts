import { createHash, hash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, type Stats } from 'node:fs';
import { join, sep } from 'node:path';
import { cacheFolder } from '../user-cache.ts';

/**
 * Remembers the digest of every file of a project, so that an unchanged file is not read
 * again. A wrong answer here would be a stale build, so an entry answers only when size,
 * mtime, ctime, inode and device are all as they were, and is only kept when the file had
 * been left alone for a while before it was hashed (`SETTLED_MS`).
 */
export interface StatCache {
  /** @returns the SHA-256 (32 bytes) that the file had with exactly these stats */
  find(path: string, stats: Stats): Uint8Array | undefined;
  /**
   * @param hashedAt milliseconds since the epoch, taken *before* the file was opened
   */
  add(path: string, stats: Stats, digest: Uint8Array, hashedAt: number): void;
  /** Writes what was found and added since loading. Failing to is no error. */
  save(): void;
}

/**
 * A second write within one tick of the file system's clock leaves ctime as it was. ctime
 * cannot be set by a program, so a file whose ctime lies this far back when it is hashed gets
 * a later one with its next change. Two seconds is the coarsest clock of the file systems in
 * use. Milliseconds.
 */
const SETTLED_MS = 2000;

const MAGIC = Buffer.from('ovenbird stats 1\n');
const DIGEST_BYTES = 32;
/** size, mtime, ctime, inode, device. */
const NUMBERS = 5;

/**
 * @param root the project's real, absolute path
 * @param givenFolder where caches are kept, by default `cacheFolder()`; one inside the project is not used
 */
export function loadStatCache(root: string, givenFolder?: string): StatCache {
  let file: string | undefined;
  try {
    const folder = givenFolder ?? cacheFolder();
    const inside = folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep);
    if (!inside) file = join(folder, 'stats', hash('sha256', root).slice(0, 32));
  } catch {
    // No home folder: nothing is remembered.
  }
  return new FileStatCache(root, file);
}

class FileStatCache implements StatCache {
  readonly #root: string;
  readonly #file: string | undefined;
  readonly #old: Loaded;
  /** What the next run will read, in the order it was met. */
  readonly #paths: string[] = [];
  readonly #numbers: number[] = [];
  readonly #digests: Uint8Array[] = [];
  #changed = false;

  constructor(root: string, file: string | undefined) {
    this.#root = root;
    this.#file = file;
    this.#old = file === undefined ? EMPTY : load(file, root);
  }

  find(path: string, stats: Stats): Uint8Array | undefined {
    const index = this.#old.indexes.get(path);
    if (index === undefined) return undefined;
    const at = index * NUMBERS;
    const { numbers } = this.#old;
    const same =
      numbers[at] === stats.size &&
      numbers[at + 1] === stats.mtimeMs &&
      numbers[at + 2] === stats.ctimeMs &&
      numbers[at + 3] === stats.ino &&
      numbers[at + 4] === stats.dev;
    if (!same) return undefined;
    const start = index * DIGEST_BYTES;
    const digest = this.#old.digests.subarray(start, start + DIGEST_BYTES);
    this.#keep(path, stats, digest);
    return digest;
  }

  add(path: string, stats: Stats, digest: Uint8Array, hashedAt: number): void {
    if (stats.ctimeMs > hashedAt - SETTLED_MS) return;
    this.#changed = true;
    this.#keep(path, stats, digest);
  }

  save(): void {
    if (this.#file === undefined) return;
    if (!this.#changed && this.#paths.length === this.#old.indexes.size) return;
    const draft = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      mkdirSync(join(this.#file, '..'), { recursive: true, mode: 0o700 });
      writeFileSync(draft, this.#serialize(), { mode: 0o600, flag: 'wx' });
      renameSync(draft, this.#file);
    } catch {
      removeQuietly(draft);
    }
  }

  #keep(path: string, stats: Stats, digest: Uint8Array): void {
    this.#paths.push(path);
    this.#numbers.push(stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino, stats.dev);
    this.#digests.push(digest);
  }

  /**
   * Magic, SHA-256 of the rest, length of the names (4 bytes), names (the root's first, each
   * ended by NUL), numbers (8-byte little-endian floats), digests.
   */
  #serialize(): Buffer {
    const names = Buffer.from([this.#root, ...this.#paths, ''].join('\0'));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(names.length);
    const numbers = Buffer.alloc(this.#numbers.length * 8);
    this.#numbers.forEach((value, index) => numbers.writeDoubleLE(value, index * 8));
    const body = [length, names, numbers, ...this.#digests];
    const check = createHash('sha256');
    for (const part of body) check.update(part);
    return Buffer.concat([MAGIC, check.digest(), ...body]);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Its folder is no folder: it was never written.
  }
}

interface Loaded {
  readonly indexes: ReadonlyMap<string, number>;
  readonly numbers: Float64Array;
  readonly digests: Uint8Array;
}

const EMPTY: Loaded = {
  indexes: new Map(),
  numbers: new Float64Array(),
  digests: new Uint8Array(),
};

/** A file that is missing, cut, altered or of another project counts as empty. */
function load(file: string, root: string): Loaded {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return EMPTY;
  }
  const start = MAGIC.length + DIGEST_BYTES;
  if (bytes.length < start + 4 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return EMPTY;
  const body = bytes.subarray(start);
  if (!hash('sha256', body, 'buffer').equals(bytes.subarray(MAGIC.length, start))) return EMPTY;

  const namesEnd = 4 + body.readUInt32LE(0);
  const [storedRoot, ...paths] = body.toString('utf8', 4, namesEnd).split('\0');
  paths.pop();
  const numbersEnd = namesEnd + paths.length * NUMBERS * 8;
  if (storedRoot !== root) return EMPTY;
  if (body.length !== numbersEnd + paths.length * DIGEST_BYTES) return EMPTY;
  // Copied, since a typed array needs an aligned start; every supported machine is
  // little-endian.
  const numbers = new Float64Array(
    body.buffer.slice(body.byteOffset + namesEnd, body.byteOffset + numbersEnd),
  );
  const indexes = new Map<string, number>();
  paths.forEach((path, index) => indexes.set(path, index));
  return { indexes, numbers, digests: new Uint8Array(body.subarray(numbersEnd)) };
}
