import { open, readFile, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/** Our package's name in package.json: any copy of it is ours, wherever it lies. */
const PACKAGE = 'ovenbird';
/** A shim is short; of a longer file nothing is read. Bytes. */
const LONGEST_SHIM = 16 * 1024;
/** `bin/flash.js` lies two below the package's root, `dist/cli/flash.js` three. */
const DEPTH = 4;

/**
 * Whether a program on PATH is one of ours: our own file through any links, another copy of
 * our package, or a small script that only starts one (npm's and pnpm's shims, a wrapper).
 */
export async function isOurs(path: string): Promise<boolean> {
  return (await isInOurPackage(path)) || (await startsOurs(path));
}

async function isInOurPackage(path: string): Promise<boolean> {
  let folder: string;
  try {
    folder = dirname(await realpath(path));
  } catch {
    return false;
  }
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const name = await packageName(folder);
    // The nearest package decides: ours may lie in somebody's node_modules and the other way.
    if (name !== undefined) return name === PACKAGE;
    folder = dirname(folder);
  }
  return false;
}

async function packageName(folder: string): Promise<string | undefined> {
  try {
    const document: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const name = typeof document === 'object' && document !== null && 'name' in document ? document.name : '';
    return String(name);
  } catch {
    return undefined;
  }
}

/** `exec ovenbird flash "$@"`, `npx ovenbird flash %*`. */
const OUR_COMMAND = /\bovenbird(?:\.cmd|\.ps1|\.js)?["']?\s+(?:flash|jlserve|fazt)\b/;
/** A path in a line: absolute, or from the script's own folder as npm and pnpm write it. */
const PATHS = /(?:\$\{?basedir\}?|%~dp0|%dp0%|\$PSScriptRoot|[A-Za-z]:)?[\\/][^\s"'`;|&<>()]+/g;
const SCRIPT_FOLDER = /^(?:\$\{?basedir\}?|%~dp0|%dp0%|\$PSScriptRoot)/;

async function startsOurs(path: string): Promise<boolean> {
  const script = await readScript(path);
  if (script === undefined) return false;
  for (const line of script.split(/\r?\n/)) {
    // Comments, and the first line: the interpreter may lie in a folder of any name.
    if (/^\s*(?:#|::|@?rem\b)/i.test(line)) continue;
    if (OUR_COMMAND.test(line)) return true;
    for (const [found] of line.matchAll(PATHS)) {
      const target = found.replace(SCRIPT_FOLDER, '.').replaceAll('\\', '/');
      const absolute = isAbsolute(target) ? target : resolve(dirname(path), target);
      if (/\/(?:ovenbird|flash|jlserve|fazt)(?:\.js)?$/.test(absolute) && (await isInOurPackage(absolute)))
        return true;
    }
  }
  return false;
}

/** The text of a small script; undefined for programs, long files and what cannot be read. */
async function readScript(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > LONGEST_SHIM) return undefined;
    const file = await open(path);
    try {
      const bytes = await file.readFile();
      return bytes.includes(0) ? undefined : bytes.toString('utf8');
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** The folders of PATH. An empty entry means the current folder, as in a shell. */
export function pathFolders(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): readonly string[] {
  const path = env['PATH'] ?? env['Path'];
  return path === undefined ? [] : path.split(delimiter).map((folder) => resolve(cwd, folder));
}
