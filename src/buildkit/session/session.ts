import { randomBytes } from 'node:crypto';
import type { ServerHttp2Session } from 'node:http2';
import type { BuildKitTransport, SessionHeader } from '../../engine/dial.ts';
import { type Methods, type StreamHandler, serve, unary } from '../grpc/server.ts';

/** A running session: the daemon calls the methods that were announced. */
export interface Session {
  readonly id: string;
  /** Settles when the connection is gone, whoever closed it. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Opens a session (moby/buildkit, session/session.go): a connection on which the daemon is
 * the gRPC client and we are the server.
 * @param sharedKey names the project folder to the daemon; without it the context would be
 *   sent whole each time
 */
export async function openSession(
  transport: BuildKitTransport,
  {
    sharedKey,
    methods,
    signal,
  }: {
    readonly sharedKey: string;
    readonly methods: Methods;
    readonly signal: AbortSignal;
  },
): Promise<Session> {
  const id = randomBytes(16).toString('hex');
  const all = new Map<string, StreamHandler>([...methods, [HEALTH, unary(() => SERVING)]]);
  const socket = await transport.session(headersFor(id, sharedKey, all), signal);
  const session = serve(socket, all);
  const closed = new Promise<void>((resolve) => session.once('close', resolve));
  session.on('error', () => {
    // The connection broke: `closed` says so, and Solve fails in the daemon's words.
  });
  return { id, closed, close: () => closeBoth(session, socket) };
}

/** grpc.health.v1: the daemon ends a session whose health it cannot check (20.10: after 1 s). */
const HEALTH = '/grpc.health.v1.Health/Check';
const SERVING = Uint8Array.of(0x08, 0x01);

function headersFor(id: string, sharedKey: string, methods: Methods): SessionHeader[] {
  return [
    ['X-Docker-Expose-Session-Uuid', id],
    ['X-Docker-Expose-Session-Name', 'ovenbird'],
    ['X-Docker-Expose-Session-Sharedkey', sharedKey],
    // One header a method: joined with commas they would be a single unknown one.
    ...[...methods.keys()].map((path): SessionHeader => ['X-Docker-Expose-Session-Grpc-Method', path]),
  ];
}

function closeBoth(session: ServerHttp2Session, socket: { destroy(): void }): void {
  session.destroy();
  socket.destroy();
}
