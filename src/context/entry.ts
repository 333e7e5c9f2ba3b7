/**
 * What the engine is shown as the build context: a list of entries, composed from the
 * user's files, the plan's files and our toolkit, without a temporary copy of anything.
 */

/** Where an entry's bytes are. */
export type Content = { readonly file: string } | { readonly bytes: Uint8Array };

interface EntryBase {
  /** Relative to the context's root, clean, with `/`, never `..` and never absolute. */
  readonly path: string;
  /** Permission bits only (0o644 or 0o755); the type is in `kind`. */
  readonly mode: number;
  /**
   * Nanoseconds since the epoch, derived from the content: the daemon takes equal path, size,
   * mode and time as unchanged and never asks for the bytes again. For a file on disk it is
   * `modTimeOf(sha256 of its bytes)`, exactly: the sender checks what it reads against it.
   */
  readonly modTime: bigint;
}

export interface FileEntry extends EntryBase {
  readonly kind: 'file';
  /** Bytes. */
  readonly size: number;
  readonly content: Content;
  /**
   * For a file that may not have been read yet: mode, size and time hold once this has said
   * true. False: it is no file any more and must be left out.
   */
  readonly settle?: () => boolean | Promise<boolean>;
}

export interface DirectoryEntry extends EntryBase {
  readonly kind: 'directory';
}

export interface SymlinkEntry extends EntryBase {
  readonly kind: 'symlink';
  /** As it is stored in the link. */
  readonly target: string;
}

export type ContextEntry = FileEntry | DirectoryEntry | SymlinkEntry;

/**
 * A whole context. Entries are in the daemon's order: parents before children, and within
 * a folder by name with `/` below every other byte (so `a/b` comes before `a.b`).
 */
export interface BuildContext {
  readonly entries: readonly ContextEntry[];
  /**
   * Names the project folder to the daemon, stable from build to build: with it the daemon
   * remembers what it has received.
   */
  readonly sharedKey: string;
}

/** 1980-01-01 and 2038-01-01, in nanoseconds: what every tool on the way can store. */
const FIRST = 315_532_800n * 1_000_000_000n;
const SPAN = (2_145_916_800n - 315_532_800n) * 1_000_000_000n;

/**
 * The modification time an entry is given: a pure function of its content.
 * @param sha256 the content's digest, at least 8 bytes of it
 * @returns nanoseconds since the epoch, between 1980 and 2038
 */
export function modTimeOf(sha256: Uint8Array): bigint {
  const view = new DataView(sha256.buffer, sha256.byteOffset, 8);
  return FIRST + (view.getBigUint64(0) % SPAN);
}
