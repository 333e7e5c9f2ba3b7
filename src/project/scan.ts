import { lstatSync, readdirSync, readFileSync, realpathSync, type Dirent } from 'node:fs';
import { comparePaths } from './path-order.ts';
import { problem, throwAll, type Problem } from '../errors.ts';
import type { Warning } from '../events.ts';
import { hashFile } from './hash-file.ts';
import { rootIgnore, type FolderIgnore, type IgnoreRules } from './ignore.ts';
import { dropDanglingLinks, linkWarning, readLink } from './links.ts';
import { foreignNames, printable, printableBytes } from './names.ts';
import { Slices } from './slices.ts';
import type { StatCache } from './stat-cache.ts';
import type { ProjectEntry, ProjectTree } from './tree.ts';

export interface ScanOptions {
  /** The project's folder. */
  readonly root: string;
  readonly rules: IgnoreRules;
  /** Made by `loadStatCache`; saved here. Without one every file is read. */
  readonly statCache?: StatCache | undefined;
  /** Stops between two files; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const SLICE_MS = 50;

/**
 * Reads the user's folder: every file that the rules leave, with the digest of its content.
 * Ignored folders are not entered, and nothing outside the folder is read. The calls inside
 * are synchronous: on many small files they take a third of the asynchronous ones' time.
 *
 * @throws OvenbirdError PROJECT_NOT_FOUND, or PROJECT_UNREADABLE with all that could not be read
 */
export async function scanProject(options: ScanOptions): Promise<ProjectTree> {
  const root = resolveRoot(options.root);
  const scan = new Scan(root, options);
  await scan.folder('', rootIgnore(options.rules));
  throwAll(scan.problems);
  const files = dropDanglingLinks(root, scan.files, scan.warnings);
  options.statCache?.save();
  return { root, files, warnings: scan.warnings };
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
  readonly #root: string;
  readonly #gitignore: boolean;
  readonly #statCache: StatCache | undefined;
  readonly #slices: Slices;

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#gitignore = options.rules.gitignore;
    this.#statCache = options.statCache;
    this.#slices = new Slices(SLICE_MS, options.signal);
  }

  /** Depth first with names in order, so that the list comes out sorted. */
  async folder(folder: string, inherited: FolderIgnore): Promise<void> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = this.#list(folder);
    const rules = this.#enter(prefix, entries, inherited);
    let foreign = false;
    for (const entry of entries) {
      const path = prefix + entry.name;
      if (rules.ignores(path, entry.name, entry.isDirectory())) continue;
      if (entry.name.includes('\uFFFD')) foreign = true;
      if (entry.isDirectory()) await this.folder(path, rules);
      else this.#attempt(path, () => this.#add(path, entry));
      if (this.#slices.due()) await this.#slices.pause();
    }
    if (foreign) this.#attempt(folder, () => this.#refuseForeign(prefix));
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
    if (entry.isFile()) this.#addFile(path);
    else if (entry.isSymbolicLink()) {
      const link = readLink(this.#root, path);
      if ('reason' in link) this.warnings.push(linkWarning(path, link.reason));
      else this.files.push(link);
    } else this.warnings.push(specialWarning(path));
  }

  #addFile(path: string): void {
    const absolute = `${this.#root}/${path}`;
    const stats = lstatSync(absolute);
    // Swapped for something else since its folder was listed.
    if (!stats.isFile()) return;
    let digest = this.#statCache?.find(path, stats);
    let { size } = stats;
    if (digest === undefined) {
      const hashedAt = Date.now();
      const hashed = hashFile(absolute);
      ({ digest, size } = hashed);
      if (size === stats.size) this.#statCache?.add(path, stats, digest, hashedAt);
    }
    const executable = (stats.mode & 0o111) !== 0;
    this.files.push({ kind: 'file', path, absolute, size, executable, digest });
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

  /** A file that went away between listing and reading is as good as never there. */
  #fail(path: string, error: unknown): void {
    const code = errorCode(error);
    if (code === 'ENOENT' && path !== '') return;
    if (code === undefined) throw error;
    const shown = path === '' ? 'the project folder' : printable(path);
    this.problems.push({
      code: 'PROJECT_UNREADABLE',
      message: `cannot read ${shown} (${code})`,
      hint: 'make it readable (chmod u+r), or leave it out with a line in .gitignore',
      location: { file: path === '' ? '.' : path },
    });
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

function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
