import { setTimeout as delay } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import { problem } from '../errors.ts';
import { createContainer, removeContainer, type ContainerOptions } from './create-container.ts';

export interface ServerOptions extends ContainerOptions {
  /** TCP port that it listens on inside. */
  readonly port: number;
  /** Path that answers once it is ready; any HTTP answer counts. */
  readonly readyPath: string;
  /** Milliseconds it has to get ready. */
  readonly timeoutMs: number;
}

export interface RunningServer {
  /** `http://127.0.0.1:49153`, without a slash at its end. */
  readonly address: string;
  /** What it has printed so far. */
  logs(): Promise<string>;
  /** Kills and removes it. May be called twice. */
  stop(): Promise<void>;
}

const POLL_MS = 100;

/**
 * Starts a server in a fresh container and resolves once it answers.
 * @throws OvenbirdError `STEP_FAILED` with its output when it exits or never gets ready
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { docker, port, signal } = options;
  signal?.throwIfAborted();
  const modem = docker.modem as { socketPath?: string; host?: string };
  // Nobody else on the network has business with it, unless the engine is elsewhere.
  const HostIp = modem.socketPath === undefined ? '' : '127.0.0.1';
  const container = await createContainer({
    ...options,
    ports: { [`${port}/tcp`]: [{ HostIp, HostPort: '' }] },
  });
  try {
    await container.start();
    const published = await publishedPort(container, port);
    const host = modem.socketPath === undefined ? (modem.host ?? '127.0.0.1') : '127.0.0.1';
    const address = `http://${host}:${published}`;
    await untilReady({ ...options, container, address });
    return { address, logs: () => readLogs(container), stop: () => removeContainer(container) };
  } catch (thrown) {
    await removeContainer(container);
    throw thrown;
  }
}

async function publishedPort(container: Dockerode.Container, port: number): Promise<string> {
  const { NetworkSettings, State } = await container.inspect();
  const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
  if (binding) return binding.HostPort;
  throw problem('STEP_FAILED', `the server ended at once (exit status ${State.ExitCode})`, {
    detail: await readLogs(container),
  });
}

async function untilReady(
  options: ServerOptions & { readonly container: Dockerode.Container; readonly address: string },
): Promise<void> {
  const { container, address, readyPath, timeoutMs, signal } = options;
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    if (await answers(`${address}${readyPath}`)) return;
    const { State } = await container.inspect();
    if (!State.Running) {
      throw problem('STEP_FAILED', `the server ended before it was ready (exit status ${State.ExitCode})`, {
        detail: await readLogs(container),
      });
    }
    await delay(POLL_MS);
  }
  throw problem('STEP_FAILED', `the server was not ready after ${timeoutMs / 1000} s`, {
    detail: await readLogs(container),
  });
}

/** The engine's own proxy takes the connection before the server does: only an answer counts. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Both streams, without the frames (8 bytes before each piece) that the engine puts around them. */
async function readLogs(container: Dockerode.Container): Promise<string> {
  const raw: Buffer = await container.logs({ stdout: true, stderr: true, tail: 200 });
  const parts: string[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const size = raw.readUInt32BE(at + 4);
    parts.push(raw.toString('utf8', at + 8, at + 8 + size));
    at += 8 + size;
  }
  return parts.join('');
}
