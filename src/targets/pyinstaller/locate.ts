import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { problem } from '../../errors.ts';
import { nearest } from '../../nearest.ts';

/** What says that a folder is a project. */
const MARKS = [
  'pyproject.toml',
  'ovenbird.toml',
  'setup.py',
  'setup.cfg',
  'requirements.txt',
  'Pipfile',
  'uv.lock',
  '.git',
];

/**
 * The project of a path that a user named: a folder; a file, whose project may begin above its
 * folder; or the folder of a package, which is imported from the folder above.
 * @param given as it was typed
 * @throws OvenbirdError `PYINSTALLER_ENTRY_INVALID` when it is no such file
 */
export async function locateEntry(given: string): Promise<{ root: string; entry?: string }> {
  const path = resolve(given);
  if (!isFolder(path) && !(isFile(path) && /\.(?:pyw?|spec)$/.test(path))) return refuse(given, path);
  const root = projectOf(path);
  const entry = relative(root, path).split(sep).join('/');
  return entry === '' ? { root } : { root, entry };
}

/**
 * The folder of the project that a file or a package belongs to: the nearest with a mark of one,
 * but none above the folder that the command was typed in, else what it is imported from.
 * @param path absolute
 */
export function projectOf(path: string, cwd: string = process.cwd()): string {
  const isDirectory = isFolder(path);
  if (isDirectory && (!isPackage(path) || isProject(path))) return path;
  const lowest = importedFrom(isDirectory ? path : dirname(path));
  const top = isIn(lowest, cwd) ? cwd : isIn(path, cwd) ? lowest : undefined;
  for (let folder = lowest; ; folder = dirname(folder)) {
    if (isProject(folder)) return folder;
    const above = dirname(folder);
    if (folder === top || isTooHigh(above)) break;
  }
  return lowest;
}

/** The folder above all packages around a folder. */
function importedFrom(folder: string): string {
  let lowest = folder;
  while (isPackage(lowest) && dirname(lowest) !== lowest) lowest = dirname(lowest);
  return lowest;
}

function isProject(folder: string): boolean {
  return MARKS.some((name) => existsSync(join(folder, name)));
}

function isPackage(folder: string): boolean {
  return existsSync(join(folder, '__init__.py'));
}

/** Nobody's home and no whole disk is a project. */
function isTooHigh(folder: string): boolean {
  return dirname(folder) === folder || folder === homedir() || folder === realHome();
}

function realHome(): string | undefined {
  try {
    return realpathSync.native(homedir());
  } catch {
    return undefined;
  }
}

function isIn(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`);
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A part of the path is no folder, may not be entered, or holds a NUL.
    return undefined;
  }
}

function refuse(given: string, path: string): never {
  const shown = JSON.stringify(given);
  const code = 'PYINSTALLER_ENTRY_INVALID';
  if (isFile(path)) {
    throw problem(code, `${shown} is neither a Python file nor a spec`, {
      hint: 'name the file that runs: ovenbird build tool.py',
    });
  }
  const meant = nearest(path.split(sep).at(-1) ?? '', namesIn(dirname(path)));
  throw problem(code, `there is no ${shown}`, {
    hint: meant === undefined ? 'name the file that runs: ovenbird build tool.py' : `did you mean: ${meant}`,
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !/\p{Cc}/u.test(name));
  } catch {
    return [];
  }
}
