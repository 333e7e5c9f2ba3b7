import type { ProjectTree } from '../../project/tree.ts';

/** The folder of the project itself. */
export const HERE = '.';

/** Names in a project that modules may have. */
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{N}\p{M}\p{Pc}]*$/u;

/** Folders with Python that nobody imports from. */
const NO_ROOTS = new Set([
  'test',
  'tests',
  'doc',
  'docs',
  'example',
  'examples',
  'script',
  'scripts',
  'tools',
]);

/** Where the Python files of a project lie, and what of it can be imported. */
export class Layout {
  readonly #files: ReadonlySet<string>;
  /** Every folder of a Python file, and all above it. */
  readonly #folders = new Set<string>();
  /** Python files, in the tree's order. */
  readonly python: readonly string[];

  constructor(tree: ProjectTree) {
    this.#files = new Set(tree.files.map(({ path }) => path));
    this.python = [...this.#files].filter((path) => path.endsWith('.py'));
    for (const path of this.python) {
      for (let folder = folderOf(path); folder !== HERE; folder = folderOf(folder)) this.#folders.add(folder);
    }
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  isFolder(path: string): boolean {
    return path === HERE || this.#folders.has(path);
  }

  /** It has an `__init__.py`. The project's own folder is none: what would it be called? */
  isPackage(folder: string): boolean {
    return folder !== HERE && this.has(`${folder}/__init__.py`);
  }

  /** Folders directly in one. */
  foldersIn(folder: string): string[] {
    return [...this.#folders].filter((each) => folderOf(each) === folder);
  }

  /** Python files directly in a folder. */
  pythonIn(folder: string): string[] {
    return this.python.filter((each) => folderOf(each) === folder);
  }

  /** `src` where that is a folder of sources, and no package of this name. */
  hasSrc(): boolean {
    return this.isFolder('src') && !this.isPackage('src');
  }

  /** Folders that modules may be imported from; the likelier first. */
  roots(): string[] {
    const others = this.foldersIn(HERE).filter(
      (each) => each !== 'src' && !this.isPackage(each) && !NO_ROOTS.has(each),
    );
    return [...(this.hasSrc() ? ['src'] : []), HERE, ...others];
  }
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? HERE : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The name without its ending. */
export function stemOf(path: string): string {
  return nameOf(path).replace(/\.[^.]*$/, '');
}

/** `folder/name`, or `name` in the project's own. */
export function inFolder(folder: string, name: string): string {
  return folder === HERE ? name : `${folder}/${name}`;
}

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}
