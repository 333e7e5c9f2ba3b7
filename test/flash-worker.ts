import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import { unpackArchive } from '../src/artifact/unpack.ts';
import { modTimeOf, type ContextEntry, type FileEntry } from '../src/context/entry.ts';
import { renderDockerfile } from '../src/dockerfile/render.ts';
import type { EventSink } from '../src/events.ts';
import { openProvider } from '../src/providers/registry.ts';
import { createHash } from 'node:crypto';

/**
 * The stand-in of the Flash worker's image, made by our own client, and what its worker does
 * with an archive: unpack it in /app and serve one resource of it.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface WorkerImageOptions {
  readonly engine: string;
  readonly python: string;
  /** The image that it starts from. */
  readonly base: string;
  readonly onEvent?: EventSink;
}

/** Builds (or finds in the engine's cache) the worker's image. @returns its name */
export async function buildWorkerImage(options: WorkerImageOptions): Promise<string> {
  const signal = new AbortController().signal;
  const onEvent = options.onEvent ?? (() => undefined);
  const provider = await openProvider({ engine: options.engine, signal, onEvent });
  const name = `ovenbird/flash-worker:${options.python}`;
  try {
    await provider.build({
      dockerfile: renderDockerfile({
        template: readFileSync(join(ROOT, 'images/flash-worker/Dockerfile'), 'utf8'),
        base: options.base,
        platform: 'linux/amd64',
        stages: {},
      }),
      context: { entries: await workerContext(), sharedKey: 'flash-worker' },
      platform: 'linux/amd64',
      secrets: hostCa(),
      output: { type: 'image', name, labels: { 'dev.ovenbird': 'flash-worker' } },
      titles: new Map([['worker', `make the Flash worker's image for Python ${options.python}`]]),
      noCache: false,
      signal,
      onEvent,
    });
    return name;
  } finally {
    await provider.close();
  }
}

function hostCa(): ReadonlyMap<string, Uint8Array> {
  const file = process.env['SSL_CERT_FILE'];
  return new Map(file ? [['ca', readFileSync(file)]] : []);
}

async function workerContext(): Promise<ContextEntry[]> {
  const names = (await readdir(join(ROOT, 'images/flash-worker'))).sort();
  return names.map((path): FileEntry => {
    const bytes = readFileSync(join(ROOT, 'images/flash-worker', path));
    const modTime = modTimeOf(createHash('sha256').update(bytes).digest());
    return { kind: 'file', path, mode: 0o644, modTime, size: bytes.length, content: { bytes } };
  });
}

export interface WorkerOptions {
  readonly engine: string;
  readonly image: string;
  /** Folder with the unpacked archive. */
  readonly app: string;
  readonly resource: string;
}

const ENVIRONMENT = { RUNPOD_ENDPOINT_ID: 'local', PYTHONDONTWRITEBYTECODE: '1' };

/** Unpacks an archive as the worker does. */
export async function unpackForWorker(archive: string, folder: string): Promise<string> {
  await unpackArchive(archive, folder);
  return folder;
}

/**
 * Gives a queue endpoint one job through the SDK's own test-input mode.
 * @returns what the handler returned, as a Python literal, or its error
 */
export function callQueue({ resource, ...options }: WorkerOptions, input: unknown): Promise<string> {
  return withWorker(options, (call) => call(resource, input));
}

/** As `callQueue`, for several jobs of several endpoints in one container. */
export async function withWorker<Result>(
  options: Omit<WorkerOptions, 'resource'>,
  use: (call: (resource: string, input: unknown) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const container = await start(options, {});
  try {
    return await use(async (resource, input) => {
      const command = ['python3', `handler_${resource}.py`, '--test_input', JSON.stringify({ input })];
      const env = { FLASH_RESOURCE_NAME: resource };
      const { output } = await container.exec(command, { workingDir: '/app', env });
      return parseResult(output);
    });
  } finally {
    await container.stop();
  }
}

/** Serves a load-balanced endpoint with uvicorn, as the worker does, while `use` asks it. */
export async function withServer<Result>(
  options: WorkerOptions,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const handler = `handler_${options.resource}`;
  const container = await start(
    options,
    { FLASH_RESOURCE_NAME: options.resource, FLASH_ENDPOINT_TYPE: 'lb' },
    {
      command: ['python3', '-m', 'uvicorn', `${handler}:app`, '--host', '0.0.0.0', '--port', '80'],
      path: '/ping',
    },
  );
  return asked(container, use);
}

/** Serves a queue endpoint by the SDK's own local API, which streams too, while `use` asks it. */
export async function withQueue<Result>(
  options: WorkerOptions,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  const handler = `handler_${options.resource}.py`;
  const container = await start(
    options,
    { FLASH_RESOURCE_NAME: options.resource },
    {
      command: ['python3', handler, '--rp_serve_api', '--rp_api_host', '0.0.0.0', '--rp_api_port', '80'],
      path: '/',
    },
  );
  return asked(container, use);
}

async function asked<Result>(
  container: StartedTestContainer,
  use: (address: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(`http://${container.getHost()}:${container.getMappedPort(80)}`);
  } finally {
    await container.stop();
  }
}

async function start(
  options: Omit<WorkerOptions, 'resource'>,
  environment: Readonly<Record<string, string>>,
  server?: { readonly command: string[]; readonly path: string },
): Promise<StartedTestContainer> {
  process.env['DOCKER_HOST'] = options.engine;
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const container = new GenericContainer(options.image)
    .withCopyDirectoriesToContainer([{ source: options.app, target: '/app' }])
    .withWorkingDir('/app')
    .withEnvironment({ ...ENVIRONMENT, PYTHONPATH: '/app', ...environment })
    .withLabels({ 'dev.ovenbird': 'test' });
  if (!server) return container.withCommand(['sleep', '300']).start();
  return container
    .withCommand(server.command)
    .withExposedPorts(80)
    .withWaitStrategy(Wait.forHttp(server.path, 80).forStatusCode(200))
    .withStartupTimeout(60_000)
    .start();
}

/** The SDK prints the result as a Python literal on a line of its log, or the error as it is. */
function parseResult(output: string): string {
  const result = /Job result: |Job \S+ failed with error: /;
  const line = output.split('\n').findLast((each) => result.test(each));
  if (line === undefined) throw new Error(`the handler gave no result:\n${output}`);
  // Newer versions of it log a JSON object a line.
  const message = line.startsWith('{') ? (JSON.parse(line) as { message: string }).message : line;
  return message.slice(message.search(result)).replace(result, '').trim();
}
