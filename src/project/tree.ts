import type { Warning } from '../events.ts';

/** A regular file of the project. */
export interface ProjectFile {
  readonly kind: 'file';
  /** Relative to the root, with `/`. May hold any character but NUL. */
  readonly path: string;
  readonly absolute: string;
}

/** What a file holds. */
export interface FileContent {
  /** Bytes, as they were hashed. */
  readonly size: number;
  readonly executable: boolean;
  /** SHA-256 of the content, 32 bytes. */
  readonly digest: Uint8Array;
}

/**
 * What the files of a tree hold. A plan needs their names only, so they are read meanwhile:
 * when the engine asks for the context, most of them have been.
 */
export interface ProjectContents {
  /**
   * Reads one file now, if that has not been done. Only a long file is a promise.
   * @param index in the tree's `files`
   * @returns undefined when it is no file any more
   * @throws OvenbirdError as `all`, by rejecting; CONTEXT_CHANGED when a plan was made from other bytes
   */
  of(index: number): FileContent | undefined | Promise<FileContent | undefined>;
  /**
   * Begins to read all files, the first time; resolves when that is done.
   * @throws OvenbirdError PROJECT_UNREADABLE with all that could not be read, or the signal's reason
   */
  all(): Promise<void>;
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

/** A file or folder that no ignore rule names and that is left out all the same. */
export interface LeftOut {
  /** Relative to the root; of a folder with a `/` at the end. */
  readonly path: string;
  /** `this build writes it` */
  readonly why: string;
}

/** What a build sees of the user's folder. */
export interface ProjectTree {
  /** Absolute, without symbolic links. */
  readonly root: string;
  /** In the daemon's order (see `comparePaths`). Folders are not listed. */
  readonly files: readonly ProjectEntry[];
  readonly contents: ProjectContents;
  readonly warnings: readonly Warning[];
  /** Results of builds, so that the next one does not hold them. */
  readonly leftOut: readonly LeftOut[];
}
