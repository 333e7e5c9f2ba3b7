import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOurs, pathFolders } from './ours.ts';

export interface NextQuestion {
  /** `flash`. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Programs that are known to lead back to us. */
  readonly skip?: readonly string[];
}

/** A program of that name on PATH, in PATH's order. */
export interface FoundProgram {
  readonly path: string;
  readonly ours: boolean;
}

/** The first program of that name on PATH that is not ours. */
export async function findNextProgram(question: NextQuestion): Promise<string | undefined> {
  const skipped = new Set(await Promise.all((question.skip ?? []).map(realpathOrSelf)));
  for (const path of await programsOnPath(question)) {
    if (skipped.has(await realpathOrSelf(path))) continue;
    if (!(await isOurs(path))) return path;
  }
  return undefined;
}

/** Every program of that name on PATH, marked whether it is ours. */
export async function listPrograms(question: NextQuestion): Promise<readonly FoundProgram[]> {
  const paths = await programsOnPath(question);
  return Promise.all(paths.map(async (path) => ({ path, ours: await isOurs(path) })));
}

async function programsOnPath({ name, env, cwd }: NextQuestion): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of pathFolders(env, cwd)) {
    for (const file of fileNames(name, env)) {
      const path = join(folder, file);
      if (!found.includes(path) && (await isProgram(path))) found.push(path);
    }
  }
  return found;
}

/** Windows runs what PATHEXT names. */
function fileNames(name: string, env: NextQuestion['env']): readonly string[] {
  if (process.platform !== 'win32') return [name];
  return (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';').map((extension) => name + extension.toLowerCase());
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function realpathOrSelf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
