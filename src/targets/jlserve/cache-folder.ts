import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Problem } from '../../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLE = 'JLSERVE_CACHE_DIR';

/** Where libraries keep what they download, each below the cache folder. */
const BELOW = { HF_HOME: 'huggingface', TORCH_HOME: 'torch', XDG_CACHE_HOME: 'xdg' } as const;

/**
 * The user's own cache folder for weights, as `jlserve` wants it: named and made by the user.
 * @param cwd what a relative path starts from
 * @returns its absolute path, or what is wrong, in jlserve's own words
 */
export function findCacheFolder(
  env: Environment,
  cwd: string,
): { readonly folder: string } | { readonly problem: Problem } {
  const given = env[VARIABLE];
  if (given === undefined || given === '') {
    return refuse(
      `${VARIABLE} environment variable must be set. Set it to a shared directory for caching model weights.`,
      `export ${VARIABLE}="$HOME/.cache/jlserve" && mkdir -p "$${VARIABLE}"`,
    );
  }
  const folder = resolve(cwd, given);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return refuse(`${VARIABLE} directory does not exist: ${given}`, `mkdir -p ${quoted(given)}`);
  if (!found.isDirectory()) {
    return refuse(`${VARIABLE} is not a directory: ${given}`, `name a folder: export ${VARIABLE}=…`);
  }
  return { folder };
}

/** Said before anything is installed: a download that cannot be kept is wasted. */
export function checkWritable(folder: string): Problem | undefined {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch {
    return {
      code: 'JLSERVE_CACHE_DIR',
      message: `${VARIABLE} is not writable: ${folder}`,
      hint: `sudo chown "$USER" ${quoted(folder)}`,
    };
  }
}

/**
 * The environment in which libraries find the weights in the folder. What the user has set
 * stays, but for the folder itself.
 */
export function withCacheFolder(env: Environment, folder: string): Environment {
  const below = Object.entries(BELOW).map(([name, path]) => [name, join(folder, path)] as const);
  return { ...Object.fromEntries(below), ...env, [VARIABLE]: folder };
}

function refuse(message: string, hint: string): { readonly problem: Problem } {
  return { problem: { code: 'JLSERVE_CACHE_DIR', message, hint } };
}

/** As a shell takes it for one word. */
export function quoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
