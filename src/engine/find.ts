import { homedir } from 'node:os';
import type Dockerode from 'dockerode';
import { problem, type ErrorCode, type OvenbirdError } from '../errors.ts';
import { parseAddress, type EngineEndpoint } from './address.ts';
import { listCandidates, type Candidate } from './candidates.ts';
import { forbiddenHint, installHint, startHint, type HintQuestion } from './hints.ts';
import type { EngineConnection } from './connection.ts';
import { leaveOutSsh } from './without-ssh.ts';
import { probeEngine, type EngineVersion, type ProbeFailure } from './probe.ts';

/** A place that was asked in vain. */
export interface Tried {
  readonly address: string;
  readonly how: string;
  readonly kind: ProbeFailure['kind'];
  readonly why: string;
}

/** An engine that answers and is new enough. */
export interface FoundEngine extends EngineVersion {
  /** As in DOCKER_HOST. */
  readonly address: string;
  readonly endpoint: EngineEndpoint;
  /** How we came to it: "DOCKER_HOST", "the usual socket". */
  readonly how: string;
  /** Places asked before it. */
  readonly tried: readonly Tried[];
  /** What builds are sent over. */
  readonly connection: EngineConnection;
  /** The same connection with all of dockerode, which takes 50 ms to load: builds do without. */
  docker(): Promise<Dockerode>;
}

export interface FindOptions {
  /** Value of `--engine`. */
  readonly address?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly platform?: NodeJS.Platform;
  readonly uid?: number | undefined;
  /** Milliseconds a place has to answer. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Docker Engine 20.10 speaks 1.41; before it BuildKit's own API is not to be had. */
const OLDEST_API = '1.41';
const OLDEST_ENGINE = 'Docker Engine 20.10';

/**
 * Finds and dials the Docker engine with one request a place.
 * @throws OvenbirdError `ENGINE_NOT_FOUND`, `ENGINE_UNREACHABLE`, `ENGINE_FORBIDDEN`,
 *   `ENGINE_TOO_OLD` or `ENGINE_ADDRESS_INVALID`, each with what to type
 */
export async function findEngine(options: FindOptions = {}): Promise<FoundEngine> {
  const question = complete(options);
  const tried: Tried[] = [];
  for (const candidate of await listCandidates(question)) {
    const { address, how } = candidate;
    const endpoint = parseAddress({ address, from: how, tls: candidate.tls });
    const result = await probeEngine({
      endpoint,
      signal: options.signal,
      ...(options.limitMs === undefined ? {} : { limitMs: options.limitMs }),
    });
    if (!result.ok) {
      tried.push({ address, how, kind: result.kind, why: result.why });
      continue;
    }
    refuseOld(result.engine, candidate);
    const { engine } = result;
    const connection = await connect(endpoint);
    return { ...engine, address, endpoint, how, tried, connection, docker: () => dockerodeOn(connection) };
  }
  throw notFound(tried, question);
}

type Question = HintQuestion & Parameters<typeof listCandidates>[0];

function complete(options: FindOptions): Question {
  return {
    address: options.address,
    env: options.env ?? process.env,
    home: options.home ?? homedir(),
    platform: options.platform ?? process.platform,
    uid: options.uid ?? process.getuid?.(),
  };
}

async function connect(endpoint: EngineEndpoint): Promise<EngineConnection> {
  leaveOutSsh();
  const { default: Modem } = await import('docker-modem');
  return {
    modem:
      endpoint.kind === 'socket'
        ? new Modem({ socketPath: endpoint.path })
        : new Modem({ protocol: 'http', host: endpoint.host, port: endpoint.port }),
  };
}

async function dockerodeOn({ modem }: EngineConnection): Promise<Dockerode> {
  leaveOutSsh();
  const { default: Docker } = await import('dockerode');
  return new Docker({ modem } as Dockerode.DockerOptions);
}

function refuseOld({ apiVersion, version, product }: EngineVersion, { how }: Candidate): void {
  if (product.startsWith('Podman')) {
    throw problem('ENGINE_TOO_OLD', `${how} leads to Podman ${version}, which has no BuildKit`, {
      hint: `use ${OLDEST_ENGINE} or newer: --engine unix:///var/run/docker.sock`,
    });
  }
  if (compareVersions(apiVersion, OLDEST_API) >= 0) return;
  throw problem('ENGINE_TOO_OLD', `the engine is ${product} ${version} (API ${apiVersion})`, {
    hint: `upgrade it to ${OLDEST_ENGINE} or newer`,
  });
}

/** Compares `1.41` and `1.9` number by number. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The failure that a person can do most about decides: no permission, then not running. */
function notFound(tried: readonly Tried[], question: Question): OvenbirdError {
  const detail = tried.map(({ address, how, why }) => `${address} (${how}): ${why}`).join('\n');
  const forbidden = tried.find((each) => each.kind === 'forbidden');
  if (forbidden) {
    return failure(
      'ENGINE_FORBIDDEN',
      `this user may not use the Docker engine at ${forbidden.address}`,
      forbiddenHint(question),
    );
  }
  const silent = tried.find((each) => each.kind !== 'missing');
  if (silent) {
    const message = `no Docker engine answers at ${silent.address}: ${silent.why}`;
    const hint = silent.kind === 'foreign' ? `check ${silent.how}` : startHint(question);
    return failure('ENGINE_UNREACHABLE', message, remoteHint(silent) ?? hint);
  }
  const [only] = tried;
  if (tried.length === 1 && only) {
    const hint = `check ${only.how}, or leave it out: then the usual places are tried`;
    return failure(
      'ENGINE_NOT_FOUND',
      `there is no Docker engine at ${only.address}, named by ${only.how}`,
      hint,
    );
  }
  return failure('ENGINE_NOT_FOUND', 'no Docker engine was found', installHint(question));

  function failure(code: ErrorCode, message: string, hint: string): OvenbirdError {
    return problem(code, message, { hint, detail });
  }
}

/** An engine on another machine is not started from here. */
function remoteHint({ address, how }: Tried): string | undefined {
  return /^(tcp|http):/.test(address) ? `check ${how} and that the engine there runs` : undefined;
}
