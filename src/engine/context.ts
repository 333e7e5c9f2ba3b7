import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DockerContext {
  readonly name: string;
  /** As in DOCKER_HOST. */
  readonly address: string;
}

export interface ContextQuestion {
  readonly env: Environment;
  readonly home: string;
}

/**
 * The Docker context in use, as `docker context use` left it, or undefined for the default
 * one. Layout: docker/cli `cli/context/store`, a folder named by the SHA-256 of the name.
 * @throws OvenbirdError `ENGINE_ADDRESS_INVALID` when it names a context that is not there
 */
export async function currentContext({ env, home }: ContextQuestion): Promise<DockerContext | undefined> {
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker');
  const name = env['DOCKER_CONTEXT'] || (await configuredContext(folder));
  if (name === undefined || name === '' || name === 'default') return undefined;
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts', 'meta', digest, 'meta.json'));
  const address = pick(meta, 'Endpoints', 'docker', 'Host');
  if (typeof address === 'string' && address !== '') return { name, address };
  throw problem('ENGINE_ADDRESS_INVALID', `the Docker context "${name}" is not there`, {
    hint: 'docker context ls, then docker context use NAME (or unset DOCKER_CONTEXT)',
  });
}

async function configuredContext(folder: string): Promise<string | undefined> {
  const name = pick(await readJson(join(folder, 'config.json')), 'currentContext');
  return typeof name === 'string' ? name : undefined;
}

/** A file that is missing or broken says nothing: docker itself complains about its own. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function pick(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
