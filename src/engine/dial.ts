import type { Duplex } from 'node:stream';
import { type OvenbirdError, problem } from '../errors.ts';
import type { EngineConnection } from './connection.ts';

/**
 * How BuildKit is reached. The two connections are raw: HTTP/2 is spoken over each, on the
 * first as client, on the second as server. Other ways (plain h2c on newer engines, a
 * buildkitd of its own) are other implementations of this.
 */
export interface BuildKitTransport {
  /** Opens the connection for `moby.buildkit.v1.Control`. */
  control(signal: AbortSignal): Promise<Duplex>;
  /** Opens a session's connection. @param headers name and value, names may repeat */
  session(headers: readonly SessionHeader[], signal: AbortSignal): Promise<Duplex>;
}

export type SessionHeader = readonly [name: string, value: string];

/**
 * The engine's own way, measured on 20.10 and 28.5: `POST /grpc` and `POST /session` with
 * `Upgrade: h2c` are answered with 101, after which the socket is HTTP/2.
 */
export function upgradeTransport(engine: EngineConnection): BuildKitTransport {
  return {
    control: (signal) => upgrade(engine, '/grpc', [], signal),
    session: (headers, signal) => upgrade(engine, '/session', headers, signal),
  };
}

function upgrade(
  { modem }: EngineConnection,
  path: string,
  headers: readonly SessionHeader[],
  signal: AbortSignal,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    modem.dial(
      {
        path,
        method: 'POST',
        hijack: true,
        headers: { Upgrade: 'h2c', ...grouped(headers) },
        abortSignal: signal,
        // 200 would be an answer without the upgrade: not BuildKit, so it counts as an error.
        statusCodes: { 101: true },
      },
      (error: unknown, socket: unknown) => {
        signal.removeEventListener('abort', abort);
        if (signal.aborted) {
          (socket as Duplex | undefined)?.destroy();
          return reject(signal.reason);
        }
        if (error) return reject(dialError(error));
        resolve(socket as Duplex);
      },
    );
  });
}

/** Names that repeat become arrays: Node then writes one header line for each value. */
function grouped(headers: readonly SessionHeader[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of headers) (groups[name] ??= []).push(value);
  return groups;
}

/** What went wrong in the terms of the person who wants a build. */
export function dialError(error: unknown): OvenbirdError {
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const message = error instanceof Error ? error.message.trim() : String(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return problem('ENGINE_FORBIDDEN', 'the Docker engine refuses this user', {
      hint: 'sudo usermod -aG docker "$USER", then log in again',
      cause: error,
    });
  }
  if (statusCode === 404 || statusCode === 400 || statusCode === 501) {
    return problem('ENGINE_TOO_OLD', `this engine does not offer BuildKit: ${message}`, {
      hint: 'Docker Engine 20.10 or newer is needed: docker version',
      cause: error,
    });
  }
  if (statusCode !== undefined) {
    return problem('ENGINE_PROTOCOL', `the Docker engine answered: ${message}`, { cause: error });
  }
  return problem('ENGINE_UNREACHABLE', `the Docker engine cannot be reached: ${message}`, {
    hint: 'is it running? docker version',
    cause: error,
  });
}
