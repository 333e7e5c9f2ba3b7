import { lstatSync, readdirSync, readFileSync, realpathSync, type Dirent } from 'node:fs';
import { comparePaths } from '../context/entry.ts';
import { OvenbirdError, problem, throwAll, type Problem } from '../errors.ts';
import type { Warning } from '../events.ts';
import { FileHasher } from './hash-file.ts';
import { rootIgnore, type FolderIgnore, type IgnoreRules } from './ignore.ts';
import { LinkChecker } from './links.ts';
import { hasForeignName, printableName } from './names.ts';
import type { StatCache } from './stat-cache.ts';
import type { ProjectEntry, ProjectTree } from './tree.ts';

export interface ScanOptions {
  /** The project's folder. */
  readonly root: string;
  readonly rules: IgnoreRules;
  /** Without one, every file is read. Made by `loadStatCache`; saved here. */
  readonly statCache?: StatCache;
  /** Stops between two files; the reason is thrown. */
  readonly signal?: AbortSignal;
}

/** The event loop gets a turn after this much work, so that Ctrl-C is seen. Milliseconds. */
const SLICE_MS = 50;

/**
 * Reads the user's folder: every file that the rules leave, with the digest of its content.
 * Ignored folders are not entered and nothing outside the folder is read. Calls are
 * synchronous inside: on this work they are three times as fast as the asynchronous ones.
 *
 * @throws OvenbirdError PROJECT_NOT_FOUND, or PROJECT_UNREADABLE with all that could not be read
 */
export async function scanProject(options: ScanOptions): Promise<ProjectTree> {
  const root = resolveRoot(options.root);
  const scan = new Scan(root, options);
  let sliceEnd = performance.now() + SLICE_MS;
  for (const _ of scan.walk('', rootIgnore(options.rules))) {
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
  throwAll(scan.problems);
  const files = scan.links.settle(scan.files, scan.warnings);
  options.statCache?.save();
  return { root, files, warnings: scan.warnings };
}

function resolveRoot(root: string): string {
  try {
    const real = realpathSync.native(root);
    if (lstatSync(real).isDirectory()) return real;
  } catch (error) {
    if (errorCode(error) === 'EACCES') {
      throw problem('PROJECT_UNREADABLE', `cannot read the project folder ${root}`, {
        hint: `check its permissions: ls -ld ${root}`,
        cause: error,
      });
    }
    throw problem('PROJECT_NOT_FOUND', `there is no folder ${root}`, { cause: error });
  }
  throw problem('PROJECT_NOT_FOUND', `${root} is not a folder`, {
    hint: 'give the project’s folder, not a file in it',
  });
}

class Scan {
  readonly files: ProjectEntry[] = [];
  readonly warnings: Warning[] = [];
  readonly problems: Problem[] = [];
  readonly links: LinkChecker;
  readonly #root: string;
  readonly #hasher: FileHasher;

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#hasher = new FileHasher(options.statCache);
    this.links = new LinkChecker(root);
  }

  /** Depth first, names in order: the list comes out sorted. Yields after each entry. */
  *walk(folder: string, inherited: FolderIgnore): Generator<void> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = this.#list(folder);
    const rules = this.#enter(folder, entries, inherited);
    for (const entry of entries) {
      const path = prefix + entry.name;
      if (rules.ignores(path, entry.name, entry.isDirectory())) continue;
      if (entry.name.includes('\uFFFD') && this.#isForeign(folder, path)) continue;
      if (entry.isDirectory()) yield* this.walk(path, rules);
      else if (entry.isFile()) this.#addFile(path);
      else if (entry.isSymbolicLink()) this.#addLink(path);
      else if (!this.#resolveUnknown(entry, path)) this.#leaveOut(path, kindOf(entry));
      yield;
    }
  }

  #list(folder: string): Dirent[] {
    try {
      const entries = readdirSync(`${this.#root}/${folder}`, { withFileTypes: true });
      return entries.sort((a, b) => comparePaths(a.name, b.name));
    } catch (error) {
      this.#unreadable(folder === '' ? '.' : folder, error);
      return [];
    }
  }

  /** A `.gitignore` that is a link is not followed, as git does not. */
  #enter(folder: string, entries: readonly Dirent[], inherited: FolderIgnore): FolderIgnore {
    const file = entries.find((entry) => entry.name === '.gitignore' && entry.isFile());
    if (!file || !this.#gitignore) return inherited;
    const path = folder === '' ? '.gitignore' : `${folder}/.gitignore`;
    try {
      return inherited.enter(folder, readFileSync(`${this.#root}/${path}`, 'utf8'));
    } catch (error) {
      this.#unreadable(path, error);
      return inherited;
    }
  }
}
