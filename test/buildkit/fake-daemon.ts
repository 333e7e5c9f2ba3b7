import Docker from 'dockerode';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { modTimeOf, type ContextEntry, type FileEntry } from '../../src/context/entry.ts';
import { MessageReader, frame } from '../../src/buildkit/grpc/frame.ts';
import type { Exporter, SolveOptions } from '../../src/buildkit/solve.ts';
import { upgradeTransport } from '../../src/engine/dial.ts';
import { temporaryFolder } from '../temporary.ts';

/** What a test makes of the calls to `moby.buildkit.v1.Control`. */
export type ControlHandler = (stream: ServerHttp2Stream, daemon: FakeDaemon) => void | Promise<void>;

/**
 * A daemon as far as the wire goes: an HTTP server on a unix socket that upgrades `/session`
 * and `/grpc` to HTTP/2, on the first as gRPC client, on the second as server.
 */
export class FakeDaemon {
  readonly socketPath = join(temporaryFolder(), 'daemon.sock');
  readonly #handlers: Readonly<Record<string, ControlHandler>>;
  readonly sockets: Duplex[] = [];
  sessionRequest: IncomingMessage | undefined;
  session: ClientHttp2Session | undefined;
  #sessionReady = Promise.withResolvers<ClientHttp2Session>();

  constructor(handlers: Readonly<Record<string, ControlHandler>>) {
    this.#handlers = handlers;
  }

  async start(): Promise<this> {
    const server = createServer((_request, response) =>
      response.writeHead(404).end('{"message":"page not found"}'),
    );
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
      // An HTTP server's sockets stay half open, a daemon's don't.
      socket.on('end', () => socket.destroy());
      if (request.url === '/session' || request.url === '/grpc') {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      }
      if (request.url === '/session') this.#openSession(request, socket);
      else if (request.url === '/grpc') this.#serveControl(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.socketPath, resolve));
    onTestFinished(() => {
      this.die();
      server.close();
    });
    return this;
  }

  /** The daemon is killed: every connection breaks. */
  die(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Calls a method of the session. Headers as pairs, names may repeat. */
  async call(path: string, headers: Readonly<Record<string, string | string[]>> = {}): Promise<SessionCall> {
    const session = await this.#sessionReady.promise;
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    return new SessionCall(stream);
  }

  #openSession(request: IncomingMessage, socket: Duplex): void {
    this.sessionRequest = request;
    this.session = http2.connect('http://session', { createConnection: () => socket });
    this.session.on('error', () => undefined);
    this.#sessionReady.resolve(this.session);
  }

  #serveControl(socket: Duplex): void {
    const session = http2.performServerHandshake(socket);
    session.on('error', () => undefined);
    session.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      stream.resume();
      const method = String(headers[':path']).split('/').at(-1) ?? '';
      void this.#handlers[method]?.(stream, this);
    });
  }
}

/** A call from the daemon to us, with what came back so far. */
export class SessionCall {
  readonly stream: ClientHttp2Stream;
  readonly messages: Buffer[] = [];
  readonly closed: Promise<{ status: string; message: string }>;
  #wake: (() => void) | undefined;

  constructor(stream: ClientHttp2Stream) {
    this.stream = stream;
    let trailers: IncomingHttpHeaders = {};
    const reader = new MessageReader((message) => {
      this.messages.push(Buffer.from(message));
      this.#wake?.();
    });
    stream.on('data', (chunk: Buffer) => reader.push(chunk));
    stream.on('trailers', (received) => (trailers = received));
    stream.on('error', () => undefined);
    // As grpc-go does: with the status the call is over in both directions.
    stream.on('end', () => stream.end());
    this.closed = new Promise((resolve) =>
      stream.on('close', () => {
        this.#wake?.();
        resolve({
          status: String(trailers['grpc-status']?.toString()),
          message: trailers['grpc-message']?.toString() ?? '',
        });
      }),
    );
  }

  send(...messages: Uint8Array[]): void {
    for (const message of messages) this.stream.write(frame(message));
  }

  end(): void {
    this.stream.end();
  }

  /** Waits for the nth message, counted from 0; undefined when the call ended before. */
  async message(index: number): Promise<Buffer | undefined> {
    while (this.messages.length <= index && !this.stream.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.messages[index];
  }
}

/** Ends a control call: its message, if any, and its status. */
export function answer(
  stream: ServerHttp2Stream,
  message?: Uint8Array,
  trailers: Record<string, string> = {},
): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', ...trailers }));
  if (message) stream.write(frame(message));
  stream.end();
}

/** Options for `runSolve` against the fake daemon. */
export function solveOptions(
  daemon: FakeDaemon,
  changes: Partial<Omit<SolveOptions, 'exporter'>> & { exporter?: Exporter } = {},
): SolveOptions {
  return {
    transport: upgradeTransport(new Docker({ socketPath: daemon.socketPath })),
    sharedKey: '/home/somebody/project',
    folders: new Map(),
    frontendAttrs: {},
    secrets: new Map(),
    credentials: async () => undefined,
    exporter: { type: 'moby', attrs: {} },
    signal: new AbortController().signal,
    onStatus: () => undefined,
    onSend: () => undefined,
    ...changes,
  };
}

/** A context file in memory, with the time that its content gives it. */
export function inMemory(path: string, content: string | Uint8Array, mode = 0o644): FileEntry {
  const bytes = Buffer.from(content);
  return { kind: 'file', path, mode, size: bytes.length, modTime: timeOf(bytes), content: { bytes } };
}

/** A context file on disk, as the scan saw it when it held `content`. */
export function onDisk(path: string, file: string, content: string | Uint8Array): FileEntry {
  const bytes = Buffer.from(content);
  return { kind: 'file', path, mode: 0o644, size: bytes.length, modTime: timeOf(bytes), content: { file } };
}

export function folder(path: string): ContextEntry {
  return { kind: 'directory', path, mode: 0o755, modTime: modTimeOf(new Uint8Array(8)) };
}

export function link(path: string, target: string): ContextEntry {
  return { kind: 'symlink', path, target, mode: 0o777, modTime: timeOf(Buffer.from(target)) };
}

function timeOf(bytes: Uint8Array): bigint {
  return modTimeOf(createHash('sha256').update(bytes).digest());
}
