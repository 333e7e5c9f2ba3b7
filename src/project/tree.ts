import type { Warning } from '../events.ts';

/** A regular file of the project. */
export interface ProjectFile {
  readonly kind: 'file';
  /** Relative to the root, with `/`. May hold any character but NUL. */
  readonly path: string;
  readonly absolute: string;
  /** Bytes, as they were hashed. */
  readonly size: number;
  readonly executable: boolean;
  /** SHA-256 of the content, 32 bytes. */
  readonly digest: Uint8Array;
}

/** A symbolic link whose target lies in the project and is part of the tree. */
export interface ProjectLink {
  readonly kind: 'symlink';
  readonly path: string;
  readonly absolute: string;
  /** As it is stored in the link; always relative. */
  readonly target: string;
  /** SHA-256 of the target's text, 32 bytes. */
  readonly digest: Uint8Array;
}

export type ProjectEntry = ProjectFile | ProjectLink;

/** What a build sees of the user's folder. */
export interface ProjectTree {
  /** Absolute, without symbolic links. */
  readonly root: string;
  /** In the daemon's order (see `comparePaths`). Folders are not listed. */
  readonly files: readonly ProjectEntry[];
  readonly warnings: readonly Warning[];
}
