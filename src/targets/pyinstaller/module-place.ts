import { folderOf, HERE, inFolder, isIdentifier, nameOf, stemOf, type Layout } from './layout.ts';

/** A file as a module. */
export interface ModulePlace {
  /** `pkg.sub.mod` */
  readonly module: string;
  /** The folder that it is imported from. */
  readonly root: string;
}

/**
 * Which module a file is: one in a package; where there is no `__init__.py`, a `__main__.py` in
 * a folder and a file with relative imports are too, which would not run otherwise.
 * @param isRelative it has relative imports
 * @returns undefined for a script
 */
export function modulePlace(layout: Layout, file: string, isRelative: boolean): ModulePlace | undefined {
  const folder = folderOf(file);
  const stem = stemOf(file);
  if (folder === HERE || !file.endsWith('.py') || !isIdentifier(stem)) return undefined;
  // `python src` runs src/__main__.py, which is no package for that.
  const isMain = stem === '__main__' && folder !== 'src';
  const within = packageAround(layout, folder, isMain || isRelative);
  const root = within === undefined ? undefined : above(layout, within);
  if (root === undefined) return undefined;
  const parts = [...folder.slice(root === HERE ? 0 : root.length + 1).split('/'), stem];
  return parts.every(isIdentifier) ? { module: parts.join('.'), root } : undefined;
}

/** The nearest package around a folder; the folder itself where it must be one. */
function packageAround(layout: Layout, folder: string, must: boolean): string | undefined {
  if (layout.isPackage(folder)) return folder;
  if (!must) return undefined;
  for (let each = folder; each !== HERE; each = folderOf(each)) if (layout.isPackage(each)) return each;
  return folder;
}

/** The folder that a package's outermost one lies in. */
function above(layout: Layout, folder: string): string {
  const isRegular = layout.isPackage(folder);
  let top = folder;
  for (let next = folderOf(top); next !== HERE; next = folderOf(top)) {
    // Without any __init__.py, up to `src` or as far as the names can be modules'.
    const belongs = isRegular ? layout.isPackage(next) : isIdentifier(nameOf(next)) && next !== 'src';
    if (!belongs) break;
    top = next;
  }
  return folderOf(top);
}

/** A module's file. */
export interface ModuleFile {
  readonly file: string;
  readonly root: string;
  /** It is a package: `file` is its `__init__.py`, or missing where that has none. */
  readonly isPackage: boolean;
}

/** Looks a module up as an import would, from the folders that a project may have it in. */
export function findModule(layout: Layout, module: string): ModuleFile | undefined {
  const path = module.split('.').join('/');
  const found = layout.roots().flatMap((root) => {
    const place = inFolder(root, path);
    if (layout.isPackage(place)) return [{ file: `${place}/__init__.py`, root, isPackage: true }];
    if (layout.has(`${place}.py`)) return [{ file: `${place}.py`, root, isPackage: false }];
    return layout.isFolder(place) ? [{ file: `${place}/__init__.py`, root, isPackage: true }] : [];
  });
  const likely = found.find(({ root }) => root === 'src' || root === HERE);
  return likely ?? (found.length === 1 ? found[0] : undefined);
}

/** Every module of the project by its name, for hints. */
export function moduleNames(layout: Layout): string[] {
  const roots = layout.roots();
  return layout.python.flatMap((file) => {
    const root = roots.find((each) => each !== HERE && file.startsWith(`${each}/`)) ?? HERE;
    const parts = file.slice(root === HERE ? 0 : root.length + 1, -'.py'.length).split('/');
    const own = parts.at(-1) === '__init__' ? parts.slice(0, -1) : parts;
    return own.length > 0 && own.every(isIdentifier) ? [own.join('.')] : [];
  });
}
