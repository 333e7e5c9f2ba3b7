import http2 from 'node:http2';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { MessageReader, frame } from './frame.ts';
import { CONNECTION_WINDOW, SESSION_OPTIONS } from './settings.ts';
import { CODE, GrpcError, trailersFor } from './status.ts';

/** Values of a call's metadata by lower-case name, each occurrence of its own. */
export type Metadata = ReadonlyMap<string, readonly string[]>;

/** A call that the daemon makes to us. */
export interface ServerCall {
  readonly metadata: Metadata;
  /** The open stream, for handlers that write frames by hand. */
  readonly stream: ServerHttp2Stream;
  /** Ends the call with its status; the first one counts. */
  finish(error?: GrpcError): void;
}

/** Serves calls of one method. A throw or rejection becomes the call's status. */
export type StreamHandler = (call: ServerCall) => void | Promise<void>;

/** Answers one message with one message. */
export type UnaryHandler = (request: Buffer) => Uint8Array | Promise<Uint8Array>;

/** Handlers by `/package.Service/Method`. */
export type Methods = ReadonlyMap<string, StreamHandler>;

/** Serves gRPC to the peer of a connection that is already there. */
export function serve(socket: Duplex, methods: Methods): ServerHttp2Session {
  const session = http2.performServerHandshake(socket, SESSION_OPTIONS);
  session.setLocalWindowSize(CONNECTION_WINDOW);
  session.on('stream', (stream, headers, _flags, rawHeaders) => {
    stream.on('error', () => {
      // Seen by the handler as `close`; the session as a whole goes on.
    });
    const call = openCall(stream, rawHeaders);
    const handler = methods.get(String(headers[':path']));
    if (!handler) {
      stream.resume();
      call.finish(new GrpcError(CODE.unimplemented, `unknown method ${headers[':path']}`));
      return;
    }
    void run(handler, call);
  });
  return session;
}

/** Makes a handler of a function from message to message. */
export function unary(handler: UnaryHandler): StreamHandler {
  return async (call) => {
    const request = await onlyMessage(call.stream);
    const response = await handler(request);
    call.stream.write(frame(response));
    call.finish();
  };
}

async function run(handler: StreamHandler, call: ServerCall): Promise<void> {
  try {
    await handler(call);
  } catch (error) {
    call.finish(
      error instanceof GrpcError
        ? error
        : new GrpcError(CODE.unknown, error instanceof Error ? error.message : String(error)),
    );
  }
}

function openCall(stream: ServerHttp2Stream, rawHeaders: readonly string[]): ServerCall {
  let status: GrpcError | undefined;
  let finished = false;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailersFor(status)));
  return {
    metadata: metadataOf(rawHeaders),
    stream,
    finish(error) {
      if (finished) return;
      finished = true;
      status = error;
      if (!stream.destroyed) stream.end();
    },
  };
}

/** From the raw list: Node joins repeated headers with commas, and patterns hold commas. */
function metadataOf(rawHeaders: readonly string[]): Metadata {
  const metadata = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    const value = String(rawHeaders[index + 1]);
    const values = metadata.get(name);
    if (values) values.push(value);
    else metadata.set(name, [value]);
  }
  return metadata;
}

function onlyMessage(stream: ServerHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let message: Buffer | undefined;
    const reader = new MessageReader((received) => {
      message = Buffer.from(received);
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        reject(error);
      }
    });
    stream.on('end', () =>
      message ? resolve(message) : reject(new GrpcError(CODE.invalidArgument, 'no message')),
    );
    stream.on('close', () => reject(new GrpcError(CODE.cancelled, 'the call was closed')));
  });
}
