import { lstatSync, readdirSync, readFileSync, realpathSync, type Dirent } from 'node:fs';
import { problem, type Problem } from '../errors.ts';
import type { Warning } from '../events.ts';
import { Contents } from './contents.ts';
import { rootIgnore, type FolderIgnore, type IgnoreRules } from './ignore.ts';
import { dropDanglingLinks, linkWarning, readLink } from './links.ts';
import { foreignNames, printable, printableBytes } from './names.ts';
import { comparePaths } from './path-order.ts';
import { Slices } from './slices.ts';
import type { StatCache } from './stat-cache.ts';
import type { LeftOut, ProjectEntry, ProjectTree } from './tree.ts';
import { errorCode, unreadable } from './unreadable.ts';
import { placesWithin } from './within.ts';

export interface ScanOptions {
  /** The project's folder. */
  readonly root: string;
  readonly rules: IgnoreRules;
  /** Absolute paths that the build writes: a file, or a folder with all that lies in it. */
  readonly exclude?: readonly string[] | undefined;
  /** Absolute paths of files that hold secrets of the build. */
  readonly secrets?: readonly string[] | undefined;
  /** Made by `loadStatCache`; saved when all has been read. Without one every file is read. */
  readonly statCache?: StatCache | undefined;
  /** Stops between two files; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const SLICE_MS = 50;

/**
 * Lists the user's folder: every file that the rules leave. What the files hold is read
 * meanwhile, see `ProjectTree.contents`. Ignored folders are not entered, and nothing outside
 * the folder is read. Results of builds are left out, and this is told.
 *
 * @throws OvenbirdError PROJECT_NOT_FOUND, or PROJECT_UNREADABLE with all that could not be read
 */
export async function scanProject(options: ScanOptions): Promise<ProjectTree> {
  const root = resolveRoot(options.root);
  const scan = new Scan(root, options);
  await scan.folder('', rootIgnore(options.rules));
  const files = dropDanglingLinks(root, scan.files, scan.warnings);
  const { statCache, signal } = options;
  const contents = new Contents({ files, problems: scan.problems, statCache, signal });
  // Then nothing can be made of the project: whatever else is wrong is told at once.
  if (scan.problems.length > 0) await contents.all();
  return { root, files, contents, warnings: scan.warnings, leftOut: scan.leftOut };
}

function resolveRoot(given: string): string {
  let cause: unknown;
  try {
    const root = realpathSync.native(given);
    if (lstatSync(root).isDirectory()) return root;
  } catch (error) {
    cause = error;
  }
  if (errorCode(cause) === 'EACCES') {
    const hint = `look at its permissions: ls -ld '${given}'`;
    throw problem('PROJECT_UNREADABLE', `cannot read the project folder ${given}`, { hint, cause });
  }
  throw problem('PROJECT_NOT_FOUND', `${given} is not a folder`, {
    hint: 'name the folder that holds the project',
    cause,
  });
}

class Scan {
  readonly files: ProjectEntry[] = [];
  readonly warnings: Warning[] = [];
  readonly problems: Problem[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly #root: string;
  readonly #gitignore: boolean;
  readonly #excluded: ReadonlySet<string>;
  readonly #secrets: ReadonlySet<string>;
  readonly #results: readonly (readonly [name: string, what: string])[];
  readonly #slices: Slices;

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#gitignore = options.rules.gitignore;
    this.#excluded = placesWithin(root, options.exclude ?? []);
    this.#secrets = placesWithin(root, options.secrets ?? []);
    this.#results = Object.entries(options.rules.results ?? {});
    this.#slices = new Slices(SLICE_MS, options.signal);
  }

  /** Depth first with names in order, so that the list comes out sorted. */
  async folder(folder: string, inherited: FolderIgnore): Promise<void> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = this.#list(folder);
    if (folder !== '' && this.#isResult(prefix, entries)) return;
    const rules = this.#enter(prefix, entries, inherited);
    let foreign = false;
    for (const entry of entries) {
      const path = prefix + entry.name;
      if (rules.ignores(path, entry.name, entry.isDirectory())) continue;
      if (this.#isExcluded(path, entry)) continue;
      if (entry.name.includes('\uFFFD')) foreign = true;
      if (entry.isDirectory()) await this.folder(path, rules);
      else this.#attempt(path, () => this.#add(path, entry));
      if (this.#slices.due()) await this.#slices.pause();
    }
    if (foreign) this.#attempt(folder, () => this.#refuseForeign(prefix));
  }

  #isExcluded(path: string, entry: Dirent): boolean {
    if (this.#secrets.has(path)) {
      this.leftOut.push({ path, why: 'it holds a secret of this build' });
      return true;
    }
    if (!this.#excluded.has(path)) return false;
    const isFolder = entry.isDirectory();
    this.leftOut.push(
      isFolder
        ? { path: `${path}/`, why: 'this build writes into it' }
        : { path, why: 'this build writes it' },
    );
    return true;
  }

  #isResult(path: string, entries: readonly Dirent[]): boolean {
    const found = this.#results.find(([name]) => entries.some((entry) => entry.name === name));
    if (found) this.leftOut.push({ path, why: `it holds ${found[1]}` });
    return found !== undefined;
  }

  #list(folder: string): Dirent[] {
    try {
      const entries = readdirSync(`${this.#root}/${folder}`, { withFileTypes: true });
      return entries.sort((a, b) => comparePaths(a.name, b.name));
    } catch (error) {
      this.#fail(folder, error);
      return [];
    }
  }

  /** A `.gitignore` that is a link is not followed; git does not follow it either. */
  #enter(prefix: string, entries: readonly Dirent[], inherited: FolderIgnore): FolderIgnore {
    if (!this.#gitignore) return inherited;
    const file = entries.find((entry) => entry.name === '.gitignore' && entry.isFile());
    if (!file) return inherited;
    const path = `${prefix}.gitignore`;
    try {
      return inherited.enter(prefix, readFileSync(`${this.#root}/${path}`, 'utf8'));
    } catch (error) {
      this.#fail(path, error);
      return inherited;
    }
  }

  #add(path: string, entry: Dirent): void {
    if (entry.isFile()) this.files.push({ kind: 'file', path, absolute: `${this.#root}/${path}` });
    else if (entry.isSymbolicLink()) {
      const link = readLink(this.#root, path);
      if ('reason' in link) this.warnings.push(linkWarning(path, link.reason));
      else this.files.push(link);
    } else this.warnings.push(specialWarning(path));
  }

  #refuseForeign(prefix: string): void {
    for (const name of foreignNames(`${this.#root}/${prefix}`)) {
      const path = `${printable(prefix)}${printableBytes(name)}`;
      this.problems.push({
        code: 'PROJECT_UNREADABLE',
        message: `the name of ${path} is not valid UTF-8`,
        hint: 'rename the file, or leave it out with a line in .gitignore',
        location: { file: path },
      });
    }
  }

  #attempt(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(path, error);
    }
  }

  #fail(path: string, error: unknown): void {
    const found = unreadable(path, error);
    if (found) this.problems.push(found);
  }
}

function specialWarning(path: string): Warning {
  return {
    type: 'warning',
    code: 'PROJECT_FILE_SKIPPED',
    message: `${printable(path)} is left out: it is a device, a socket or a pipe`,
    location: { file: path },
  };
}
