import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where we remember what may be forgotten: `$XDG_CACHE_HOME/ovenbird`, by default
 * `~/.cache/ovenbird`. The user's own, never the shared folder for temporary files: another
 * user could put something there for us.
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const base = environment['XDG_CACHE_HOME'];
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'ovenbird');
}
