import http2 from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { MessageReader, frame } from './frame.ts';
import { CONNECTION_WINDOW, SESSION_OPTIONS } from './settings.ts';
import { CODE, GrpcError, statusOf } from './status.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Called for each message while it lasts; copy what is kept. */
  readonly onMessage?: (message: Buffer) => void;
}

/** A call under way. Send, then `end`; `done` settles with the call's status. */
export interface Call {
  send(message: Uint8Array): boolean;
  end(): void;
  /** Rejects with a GrpcError, or with the signal's reason. */
  readonly done: Promise<void>;
}

/** gRPC calls over one connection that is already there. */
export class GrpcClient {
  readonly #session: ClientHttp2Session;
  readonly #socket: Duplex;
  #broken: Error | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    this.#session = http2.connect('http://buildkit', {
      ...SESSION_OPTIONS,
      createConnection: () => socket,
    });
    // Every call hears of it through its own stream; without a listener Node would throw.
    this.#session.on('error', (error) => {
      this.#broken ??= error;
    });
    this.#session.on('goaway', (code) => {
      this.#broken ??= new Error(`the engine closed the connection (code ${code})`);
    });
    this.#session.once('connect', () => this.#session.setLocalWindowSize(CONNECTION_WINDOW));
  }

  /** Starts a call of any of the four kinds. @param path `/package.Service/Method` */
  call(path: string, options: CallOptions = {}): Call {
    const { signal } = options;
    if (signal?.aborted) return failedCall(signal.reason);
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request({
        ':method': 'POST',
        ':path': path,
        ':scheme': 'http',
        ':authority': 'buildkit',
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        'user-agent': 'ovenbird',
      });
    } catch (error) {
      return failedCall(this.#lost(error));
    }
    const done = settle(stream, options, (error) => this.#lost(error));
    return {
      send: (message) => stream.write(frame(message)),
      end: () => stream.end(),
      done,
    };
  }

  /** One message out, one message in. */
  async unary(path: string, request: Uint8Array, signal?: AbortSignal): Promise<Buffer> {
    let response: Buffer | undefined;
    const call = this.call(path, {
      ...(signal ? { signal } : {}),
      onMessage: (message) => {
        response = Buffer.from(message);
      },
    });
    call.send(request);
    call.end();
    await call.done;
    if (!response) throw new GrpcError(CODE.internal, `${path} was answered without a message`);
    return response;
  }

  /** One message out, any number in. */
  async serverStream(
    path: string,
    request: Uint8Array,
    onMessage: (message: Buffer) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const call = this.call(path, { onMessage, ...(signal ? { signal } : {}) });
    call.send(request);
    call.end();
    await call.done;
  }

  /** Closes at once; calls under way fail. */
  close(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  #lost(error: unknown): GrpcError {
    const cause = this.#broken ?? error;
    const why = cause instanceof Error ? cause.message : 'connection closed';
    return new GrpcError(CODE.unavailable, `the connection to the engine was lost: ${why}`, { cause });
  }
}

function failedCall(reason: unknown): Call {
  const done = Promise.reject(reason);
  done.catch(() => {});
  return { send: () => false, end: () => {}, done };
}

function settle(
  stream: ClientHttp2Stream,
  { signal, onMessage }: CallOptions,
  lost: (error: unknown) => GrpcError,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let headers: IncomingHttpHeaders | undefined;
    let trailers: IncomingHttpHeaders | undefined;
    let failure: unknown;
    const reader = new MessageReader((message) => onMessage?.(message));
    const cancel = () => {
      // RST_STREAM(CANCEL) is what stops the running step in the engine. The caller is told
      // now: a daemon that hangs would never confirm.
      stream.close(http2.constants.NGHTTP2_CANCEL);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        failure ??= error;
        stream.close(http2.constants.NGHTTP2_CANCEL);
      }
    });
    stream.on('error', (error) => {
      failure ??= error;
    });
    stream.on('close', () => {
      signal?.removeEventListener('abort', cancel);
      if (failure) return reject(lost(failure));
      // An answer without a body carries its status in the headers ("Trailers-Only").
      const status = trailers ?? (headers?.['grpc-status'] === undefined ? undefined : headers);
      if (!status) {
        const http = Number(headers?.[':status'] ?? 200);
        return reject(lost(new Error(http !== 200 ? `HTTP status ${http}` : 'closed without a status')));
      }
      const error = statusOf(status);
      if (error) return reject(error);
      if (!reader.atBoundary) return reject(lost(new Error('closed inside a message')));
      resolve();
    });
  });
}
