import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { CredentialSource, Credentials } from '../buildkit/session/auth.ts';

/** The parts of `config.json` that name credentials (docker/cli, cli/config/configfile). */
const configSchema = z.looseObject({
  auths: z
    .record(
      z.string(),
      z.looseObject({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

type DockerConfig = z.infer<typeof configSchema>;

/** What a helper prints for `get` (docker/docker-credential-helpers). */
const helperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() });

/** Docker Hub under the name that its credentials are kept by. */
const HUB = 'https://index.docker.io/v1/';
const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

const HELPER_LIMIT_MS = 20_000;

export interface RegistryAuthOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears of a configuration that is there and cannot be used. */
  readonly onWarning: (message: string) => void;
}

/**
 * Credentials as `docker login` keeps them: `$DOCKER_CONFIG/config.json`, and the credential
 * helpers that it names. Read when the engine first asks: most builds pull nothing.
 */
export function dockerCredentials(options: RegistryAuthOptions): CredentialSource {
  let reading: Promise<DockerConfig> | undefined;
  return async (host) => {
    reading ??= readConfig(options);
    const config = await reading;
    const helper = helperFor(config, host);
    const found = helper === undefined ? undefined : await askHelper(helper, keysFor(host), options);
    return found ?? stored(config, host);
  };
}

async function readConfig({ env, onWarning }: RegistryAuthOptions): Promise<DockerConfig> {
  const folder = env['DOCKER_CONFIG'] || path.join(env['HOME'] ?? homedir(), '.docker');
  const file = path.join(folder, 'config.json');
  try {
    return configSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      // Not the parser's words: they quote what stands in the file.
      onWarning(`${file} cannot be read: images are pulled without credentials`);
    }
    return configSchema.parse({});
  }
}

/** Names under which the host's credentials may be kept. */
function keysFor(host: string): readonly string[] {
  return HUB_HOSTS.has(host) ? [HUB, ...HUB_HOSTS] : [host, `https://${host}`, `http://${host}`];
}

function helperFor(config: DockerConfig, host: string): string | undefined {
  const key = keysFor(host).find((each) => config.credHelpers[each] !== undefined);
  return (key === undefined ? undefined : config.credHelpers[key]) || config.credsStore || undefined;
}

function stored(config: DockerConfig, host: string): Credentials | undefined {
  const keys = keysFor(host);
  const key =
    keys.find((each) => config.auths[each] !== undefined) ??
    Object.keys(config.auths).find((each) => keys.includes(hostOf(each)));
  const entry = key === undefined ? undefined : config.auths[key];
  if (!entry) return undefined;
  if (entry.identitytoken) return { username: '<token>', secret: entry.identitytoken };
  if (entry.auth) {
    const [username = '', ...rest] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
    return { username, secret: rest.join(':').replace(/\0+$/, '') };
  }
  if (entry.username && entry.password) return { username: entry.username, secret: entry.password };
  return undefined;
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

async function askHelper(
  name: string,
  keys: readonly string[],
  { env, onWarning }: RegistryAuthOptions,
): Promise<Credentials | undefined> {
  // The name becomes part of a program's name, so it must not lead elsewhere.
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return undefined;
  const { execa } = await import('execa');
  for (const key of keys) {
    const result = await execa(`docker-credential-${name}`, ['get'], {
      input: key,
      env,
      extendEnv: false,
      reject: false,
      timeout: HELPER_LIMIT_MS,
    });
    if (result.failed) {
      // Exit 1 with these words is its way to say that it has none for this registry.
      if (/credentials not found/i.test(`${result.stdout ?? ''}${result.stderr ?? ''}`)) continue;
      onWarning(`docker-credential-${name} gave no credentials for ${key}`);
      return undefined;
    }
    const answer = parseAnswer(result.stdout);
    if (answer) return answer;
  }
  return undefined;
}

function parseAnswer(stdout: unknown): Credentials | undefined {
  try {
    const { Username, Secret } = helperAnswer.parse(JSON.parse(String(stdout)));
    return Secret === '' ? undefined : { username: Username, secret: Secret };
  } catch {
    return undefined;
  }
}
