import { basename } from 'node:path';
import { OvenbirdError } from '../../errors.ts';
import { formatWarning } from '../../report/phrases.ts';
import { findCacheFolder, withCacheFolder } from '../../targets/jlserve/cache-folder.ts';
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
  const message = file === undefined ? undefined : await doubt(folder, file);
  if (message !== undefined) {
    const hint = `jlserve build ${file} --extract-cache ${folder}`;
    const warning = { code: 'JLSERVE_WEIGHTS_MISSING', message, hint };
    stderr.write(`warning: ${formatWarning(warning).join('\n')}\n`);
  }
  return withCacheFolder(env, folder);
}

/** Why the folder may not hold the app's weights, as a sentence. */
async function doubt(folder: string, file: string): Promise<string | undefined> {
  const { holdsFiles, readMarker } = await import('../../targets/jlserve/marker.ts');
  const marker = readMarker(folder);
  if (!marker) return `${folder} holds no finished build: weights may be downloaded again`;
  if (marker.file !== basename(file)) {
    return `${folder} holds the weights of ${marker.app} (${marker.file}), not of ${basename(file)}`;
  }
  return holdsFiles(folder, marker) ? undefined : `weights of ${marker.app} are missing from ${folder}`;
}
