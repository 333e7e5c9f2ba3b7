import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isReplaceable } from '../../artifact/place.ts';
import type { Problem } from '../../errors.ts';
import type { PlanRequest, WritesRequest } from '../target.ts';

/** The folder that the weights are copied to as well: the option's, else the user's own. */
export function extractFolder(
  option: string | undefined,
  environment: WritesRequest['environment'],
): string | undefined {
  const shared = environment['JLSERVE_CACHE_DIR'];
  return option ?? (shared ? resolve(shared) : undefined);
}

/** The archive and the weights: in the next image they would be twice. */
export async function jlserveWrites({
  output,
  options,
  environment,
}: WritesRequest): Promise<readonly string[]> {
  const { extractCache: asked } = options;
  const folder = extractFolder(typeof asked === 'string' ? asked : undefined, environment);
  const archive = output === undefined ? undefined : resolve(output);
  const writes: string[] = [];
  if (archive !== undefined && (await isReplaceable(archive).catch(() => false))) writes.push(archive);
  if (folder !== undefined && !isFile(folder)) writes.push(folder);
  return writes;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Weights among the app's own files cannot be told from these by the next build. A folder that
 * only the environment names may be there for another command: that is a warning.
 */
export function checkExtractFolder(
  { tree, environment, onEvent }: PlanRequest,
  option: string | undefined,
): Problem | undefined {
  const folder = extractFolder(option, environment);
  if (folder === undefined || !leadsTo(folder, tree.root)) return undefined;
  const found = {
    code: 'JLSERVE_CACHE_DIR',
    message: "the weights would lie among the app's own files, and be part of the next image twice",
    hint: 'name a folder that is theirs alone: --extract-cache weights',
  } as const;
  if (option !== undefined) return found;
  onEvent({ type: 'warning', ...found });
  return undefined;
}

function leadsTo(path: string, root: string): boolean {
  try {
    return realpathSync.native(path) === root;
  } catch {
    return false;
  }
}
