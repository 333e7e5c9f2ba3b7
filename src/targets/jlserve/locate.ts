import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OvenbirdError, problem } from '../../errors.ts';
import { checkAppFile } from './app-file.ts';

/**
 * The app's folder is its project: what lies beside the file is imported as jlserve does it.
 * Of a folder, the one Python file in it that imports jlserve is the app.
 * @throws OvenbirdError `JLSERVE_FILE_INVALID`
 */
export async function locateApp(given: string): Promise<{ root: string; entry?: string }> {
  const path = resolve(given);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    const wrong = checkAppFile(given);
    if (wrong) throw new OvenbirdError([wrong]);
    return { root: dirname(path), entry: basename(path) };
  }
  const [only, ...others] = await appFiles(path);
  return only !== undefined && others.length === 0 ? { root: path, entry: only } : { root: path };
}

/** Which file is it? Said with what there is. @throws always */
export async function refuseWithoutFile(root: string): Promise<never> {
  const names = await appFiles(root);
  const what = names.length === 0 ? 'no Python file here imports jlserve' : 'several files import jlserve';
  throw problem('JLSERVE_FILE_INVALID', `which file is the app? ${what}`, {
    hint: (names.length === 0 ? ['app.py'] : names).map((name) => `jlserve build ${name}`).join(', '),
  });
}

/** Python files directly in a folder that import jlserve. */
export async function appFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile() || !entry.name.endsWith('.py')) continue;
    const text = await readFile(join(root, entry.name), 'utf8').catch(() => '');
    if (/^[ \t]*(?:import|from)[ \t]+jlserve\b/m.test(text)) found.push(entry.name);
  }
  return found.sort();
}
