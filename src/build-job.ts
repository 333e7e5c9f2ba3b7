import { readFile } from 'node:fs/promises';
import { checkReplaceable, type Destination } from './artifact/place.ts';
import { chooseImages, type JobImages } from './build-bases.ts';
import type { BuildOptions, SecretSource } from './build-options.ts';
import { problem, throwAll, type Problem } from './errors.ts';
import type { EventSink } from './events.ts';
import { fingerprintOf } from './fingerprint.ts';
import { givenTo, orUnreadable, planListed, type PlannedProject } from './plan-project.ts';
import { readCaBundle } from './project/ca.ts';
import type { Provider } from './providers/provider.ts';
import { openProvider } from './providers/registry.ts';

/** All that a build needs to know before it begins. */
export interface Job extends PlannedProject, JobImages {
  readonly options: BuildOptions;
  readonly destination: Destination;
  readonly provider: Provider;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Of those that the target's own steps are given; see `Target.secrets`. */
  readonly fingerprint?: string;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** Reads and plans the project while the engine is found: each takes as long as the other. */
export async function prepare(options: BuildOptions, signal: AbortSignal): Promise<Job> {
  const onEvent = options.onEvent ?? (() => undefined);
  const secrets = await readSecrets(options);
  const unwanted = new AbortController();
  const opening = openProvider({
    engine: options.engine,
    signal: AbortSignal.any([signal, unwanted.signal]),
    onEvent,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  try {
    // A mistake in the project is told before one in the engine, always.
    let fingerprint: string | undefined;
    const planning = planListed({ ...options, signal }, async (target) => {
      const own = await target.secrets?.(givenTo(options));
      if (own === undefined || own.size === 0) return;
      for (const [id, value] of own) secrets.set(id, value);
      fingerprint = await fingerprintOf(own);
    });
    const [planned] = await Promise.all([planning, opening.catch(() => undefined)]);
    return await orUnreadable(planned.tree, async () => {
      const destination = planned.target.destination({ ...planned, output: options.output });
      if (destination.artifact !== undefined) await checkReplaceable(destination.artifact);
      const provider = await opening;
      if (planned.plan.native) await checkNative(provider, planned.plan.platform);
      const chosen = await chooseImages(provider, planned.plan, { signal, onEvent });
      const known = { ...planned, options, destination, provider, ...chosen, secrets, signal, onEvent };
      return fingerprint === undefined ? known : { ...known, fingerprint };
    });
  } catch (thrown) {
    unwanted.abort();
    throw thrown;
  }
}

/** Steps that no emulated processor runs. */
async function checkNative(provider: Provider, platform: string): Promise<void> {
  const facts = await provider.describe();
  if (facts.platform === platform) return;
  throw problem(
    'PLATFORM_EMULATED',
    `${facts.title} runs on ${facts.platform}, and this build's steps (wine) fail where ${platform} is emulated`,
    {
      hint: `name an engine on such a machine (--engine tcp://HOST:2375), or build in a CI job of ${platform}`,
    },
  );
}

/**
 * The values by the ids that the Dockerfile's mounts have. The project's own secrets come as
 * one document, so that their names never stand in a Dockerfile; each is there by itself too,
 * to be masked.
 */
async function readSecrets(options: BuildOptions): Promise<Map<string, Uint8Array>> {
  const environment = options.environment ?? process.env;
  const secrets = new Map<string, Uint8Array>();
  const ca = await readCaBundle({ flag: options.caFile, environment });
  if (ca) secrets.set('ca', ca.pem);
  const own: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const source of options.secrets ?? []) {
    const value = await readSecret(source, environment);
    if (typeof value !== 'string') {
      problems.push(value);
      continue;
    }
    own[source.id] = value;
    secrets.set(`user/${source.id}`, Buffer.from(value));
  }
  throwAll(problems);
  if (Object.keys(own).length > 0) secrets.set('user', Buffer.from(JSON.stringify(own)));
  return secrets;
}

async function readSecret(
  { id, variable, file }: SecretSource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | Problem> {
  if (file !== undefined) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return {
        code: 'USAGE',
        message: `the secret ${id} cannot be read from ${file} (${code})`,
        hint: `--secret id=${id},src=FILE, or --secret id=${id},env=VARIABLE`,
      };
    }
  }
  const name = variable ?? id;
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  return {
    code: 'USAGE',
    message: `the secret ${id} is to come from the variable ${name}, which is not set`,
    hint: /^[A-Za-z_]\w*$/.test(name)
      ? `export ${name}=…, or read it from a file: --secret id=${id},src=FILE`
      : `--secret id=${id},env=VARIABLE, or read it from a file: --secret id=${id},src=FILE`,
  };
}
