import type { EngineEndpoint } from './address.ts';

/** What `GET /version` says, as far as we ask. */
export interface EngineVersion {
  /** `28.5.2`. */
  readonly version: string;
  /** `1.51`. */
  readonly apiVersion: string;
  /** Of the machine the engine runs on, in Go's words: `amd64`. */
  readonly arch: string;
  readonly os: string;
  /** "Docker Engine", "Podman Engine". */
  readonly product: string;
}

/** Why no engine answered, in the four ways that differ for the user. */
export type ProbeFailure = {
  readonly kind: 'missing' | 'forbidden' | 'unreachable' | 'foreign';
  readonly why: string;
};

export type ProbeResult =
  | { readonly ok: true; readonly engine: EngineVersion }
  | ({ readonly ok: false } & ProbeFailure);

export interface ProbeOptions {
  readonly endpoint: EngineEndpoint;
  /** Milliseconds. A live engine answers in a few. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Not by `import`: that reads every export of the module, among them the lazy WebSocket, which
 * loads Node's whole HTTP client of its own, 25 ms on the way of every build.
 */
const { request } = process.getBuiltinModule('node:http');

const LIMIT_MS = 5000;
/** A version document is 1–2 kB; whatever sends more is no engine. */
const LARGEST_ANSWER = 256 * 1024;

/**
 * Asks one place for its version: one request, without dockerode, which takes longer to load
 * than the engine to answer. Never throws but for an abort.
 */
export async function probeEngine(options: ProbeOptions): Promise<ProbeResult> {
  const { endpoint, limitMs = LIMIT_MS, signal } = options;
  const limit = AbortSignal.timeout(limitMs);
  try {
    const either = signal ? AbortSignal.any([limit, signal]) : limit;
    return readVersion(await getVersion(endpoint, either));
  } catch (thrown) {
    signal?.throwIfAborted();
    if (limit.aborted) {
      return { ok: false, kind: 'unreachable', why: `no answer within ${limitMs / 1000} s` };
    }
    return { ok: false, ...classify(thrown, endpoint) };
  }
}

function getVersion(endpoint: EngineEndpoint, signal: AbortSignal): Promise<string> {
  const place =
    endpoint.kind === 'socket' ? { socketPath: endpoint.path } : { host: endpoint.host, port: endpoint.port };
  return new Promise((resolve, reject) => {
    const asking = request({ ...place, path: '/version', signal, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST_ANSWER) answer.destroy(new Error('its answer is too long'));
      });
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`it answered with HTTP status ${answer.statusCode}`));
      });
      answer.on('error', reject);
    });
    asking.on('error', reject);
    asking.end();
  });
}

/** By hand, not with zod: this stands on the way of every build, and zod takes 50 ms to load. */
function readVersion(text: string): ProbeResult {
  const foreign: ProbeResult = {
    ok: false,
    kind: 'foreign',
    why: 'what answers there is not a Docker engine',
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return foreign;
  }
  if (typeof document !== 'object' || document === null) return foreign;
  const fields = document as Record<string, unknown>;
  const { Version: version, ApiVersion: apiVersion, Arch: arch, Os: os } = fields;
  if (typeof version !== 'string' || typeof apiVersion !== 'string' || !/^\d+\.\d+$/.test(apiVersion)) {
    return foreign;
  }
  return {
    ok: true,
    engine: {
      version,
      apiVersion,
      arch: typeof arch === 'string' ? arch : '',
      os: typeof os === 'string' ? os : '',
      product: productOf(fields['Components']),
    },
  };
}

function productOf(components: unknown): string {
  const names = Array.isArray(components)
    ? components.map((each: unknown) => (each as { Name?: unknown } | null)?.Name)
    : [];
  return names.some((name) => typeof name === 'string' && name.startsWith('Podman'))
    ? 'Podman Engine'
    : 'Docker Engine';
}

function classify(thrown: unknown, endpoint: EngineEndpoint): ProbeFailure {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing', why: 'no socket there' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'forbidden', why: 'this user may not open it' };
    case 'ECONNREFUSED':
      return {
        kind: 'unreachable',
        why: endpoint.kind === 'socket' ? 'the socket is there, nobody listens' : 'connection refused',
      };
    case 'ENOTFOUND':
      return { kind: 'unreachable', why: 'no such host' };
    default:
      return code.startsWith('HPE_')
        ? { kind: 'foreign', why: 'what answers there is not a Docker engine' }
        : { kind: 'unreachable', why: code === '' ? message : `${message} (${code})` };
  }
}
