import { basename, dirname, resolve } from 'node:path';
import { OvenbirdError } from '../../errors.ts';
import { formatWarning } from '../../report/phrases.ts';
import { findCacheFolder, quoted, withCacheFolder } from '../../targets/jlserve/cache-folder.ts';
import type { CliContext } from '../context.ts';

/**
 * Looks at what `jlserve dev` will find before it is handed over: its cache folder must be
 * there, and a folder without this app's weights is warned of.
 * @param rest the arguments after `dev`
 * @returns the environment for it, in which libraries look for weights in the cache folder
 * @throws OvenbirdError `JLSERVE_CACHE_DIR`
 */
export async function checkDev(
  rest: readonly string[],
  { env, cwd, stderr }: CliContext,
): Promise<CliContext['env']> {
  const found = findCacheFolder(env, cwd);
  if ('problem' in found) throw new OvenbirdError([found.problem]);
  const { folder } = found;
  const file = rest.find((argument) => argument.endsWith('.py'));
  const message = file === undefined ? undefined : await doubt(folder, resolve(cwd, file));
  if (message !== undefined) {
    const typed = `jlserve build ${quoted(file ?? 'app.py')} --extract-cache ${quoted(folder)}`;
    const hint = `jlserve dev never calls download_weights(); get them: ${typed}`;
    const warning = { code: 'JLSERVE_WEIGHTS_MISSING', message, hint };
    stderr.write(`warning: ${formatWarning(warning).join('\n')}\n`);
  }
  return withCacheFolder(env, folder);
}

/** Why the folder may not hold the app's weights, as a sentence. */
async function doubt(folder: string, file: string): Promise<string | undefined> {
  const { holdsFiles, readMarker } = await import('../../targets/jlserve/marker.ts');
  const marker = readMarker(folder);
  if (!marker) return `${folder} holds no finished build, so setup() may find no weights there`;
  const name = await appName(file);
  if (marker.file !== basename(file) || (name !== undefined && name !== marker.app)) {
    return `${folder} holds the weights of ${marker.app} (${marker.file}), not of ${name ?? basename(file)}`;
  }
  return holdsFiles(folder, marker) ? undefined : `weights of ${marker.app} are missing from ${folder}`;
}

/** What the app in a file is called, as far as its text tells: jlserve itself will say what is wrong. */
async function appName(file: string): Promise<string | undefined> {
  const [{ scanProject }, { readJlserveApp }, { JLSERVE_IGNORE }] = await Promise.all([
    import('../../project/scan.ts'),
    import('../../targets/jlserve/read-app.ts'),
    import('../../targets/jlserve/ignore.ts'),
  ]);
  try {
    const root = dirname(file);
    const tree = await scanProject({ root, rules: JLSERVE_IGNORE });
    return (await readJlserveApp({ root, file: basename(file), tree })).app?.name;
  } catch (error) {
    if (error instanceof OvenbirdError) return undefined;
    throw error;
  }
}
