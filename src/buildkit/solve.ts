import { randomBytes } from 'node:crypto';
import type { ContextEntry } from '../context/entry.ts';
import type { BuildKitTransport } from '../engine/dial.ts';
import { untilAborted } from '../engine/until-aborted.ts';
import { problem } from '../errors.ts';
import { solve, status } from './control.ts';
import type { SendCounts } from './fsutil/sender.ts';
import type { StatusResponse } from './control-decode.ts';
import { GrpcClient } from './grpc/client.ts';
import type { StreamHandler } from './grpc/server.ts';
import { type CredentialSource, auth } from './session/auth.ts';
import { FILE_SEND, type FileSend, fileSend } from './session/filesend.ts';
import { FILE_SYNC, fileSync } from './session/filesync.ts';
import { GET_SECRET, secrets } from './session/secrets.ts';
import { type Session, openSession } from './session/session.ts';

/** What the daemon does with the result. */
export type Exporter =
  /** Sends its files, each of its own; they are written into an existing, empty folder. */
  | { readonly type: 'local'; readonly folder: string }
  /** Sends one tar stream, which is unpacked into an existing, empty folder. */
  | { readonly type: 'tar'; readonly folder: string }
  /** Makes an image in the engine's own store. */
  | { readonly type: 'moby'; readonly attrs: Readonly<Record<string, string>> };

export interface SolveOptions {
  readonly transport: BuildKitTransport;
  readonly sharedKey: string;
  /** `context` and `dockerfile`. */
  readonly folders: ReadonlyMap<string, readonly ContextEntry[]>;
  readonly frontendAttrs: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly credentials: CredentialSource;
  readonly exporter: Exporter;
  readonly signal: AbortSignal;
  readonly onStatus: (status: StatusResponse) => void;
  readonly onSend: (folder: string, counts: SendCounts, done: boolean) => void;
}

export interface SolveResult {
  /** `containerimage.digest`, `image.name`, … */
  readonly response: Readonly<Record<string, string>>;
  /** Bytes received, for exporters that send. */
  readonly received: number;
}

/** How long the daemon may take to tell the rest of its progress once the build is over. */
const STATUS_GRACE_MS = 2000;

/**
 * Runs one build over connections of its own and leaves nothing open, however it ends.
 * @throws OvenbirdError of this side, GrpcError of the daemon, or the signal's reason
 */
export async function runSolve(options: SolveOptions): Promise<SolveResult> {
  // What goes wrong on this side ends the build at once and is the reason that is reported:
  // the daemon would only repeat it as text.
  const own = new AbortController();
  const signal = AbortSignal.any([options.signal, own.signal]);
  const fail = (error: unknown) => own.abort(error);
  const sending = options.exporter.type === 'moby' ? undefined : resultOf(options.exporter, fail);
  const opening = openSession(options.transport, {
    sharedKey: options.sharedKey,
    methods: methodsFor(options, sending, fail),
    signal,
  });
  let client: GrpcClient | undefined;
  let session: Session | undefined;
  try {
    const dialing = options.transport.control(signal);
    // Both are waited for even if one fails, so that neither is left open.
    const [dialed, opened] = await Promise.allSettled([dialing, opening]);
    if (dialed.status === 'fulfilled') client = new GrpcClient(dialed.value);
    if (opened.status === 'fulfilled') session = opened.value;
    if (!client) throw (dialed as PromiseRejectedResult).reason;
    if (!session) throw (opened as PromiseRejectedResult).reason;
    return await converse(client, session, options, { sending, signal, fail });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    client?.close();
    session?.close();
  }
}

async function converse(
  client: GrpcClient,
  session: Session,
  options: SolveOptions,
  {
    sending,
    signal,
    fail,
  }: { sending: FileSend | undefined; signal: AbortSignal; fail: (error: unknown) => void },
): Promise<SolveResult> {
  const ref = randomBytes(16).toString('hex');
  let over = false;
  void session.closed.then(() => {
    if (!over) fail(problem('ENGINE_UNREACHABLE', 'the engine closed the connection during the build'));
  });
  const following = status(client, ref, options.onStatus, signal).catch(() => {
    // Progress is not the result: a build whose progress cannot be followed goes on.
  });
  try {
    const { exporter, frontendAttrs } = options;
    const response = await solve(
      client,
      {
        ref,
        session: session.id,
        frontendAttrs,
        exporter: { type: exporter.type, attrs: exporter.type === 'moby' ? exporter.attrs : {} },
      },
      signal,
    );
    const received = await untilAborted(sending?.received() ?? Promise.resolve(undefined), [signal]);
    if (sending && received === undefined) {
      throw problem('ENGINE_PROTOCOL', 'the engine finished the build without sending its result');
    }
    return { response, received: received ?? 0 };
  } finally {
    over = true;
    if (!signal.aborted) await within(following, STATUS_GRACE_MS);
  }
}

function resultOf(exporter: Exporter & { folder: string }, fail: (error: unknown) => void): FileSend {
  return fileSend(async (call) => {
    // Loaded when there is a result, which waits meanwhile.
    const receive =
      exporter.type === 'tar'
        ? (await import('./receive/receive-tar.ts')).receiveTar
        : (await import('./receive/receive-tree.ts')).receiveTree;
    if (call.stream.destroyed) throw new Error('the engine broke off the transfer of the result');
    return receive(call, exporter.folder);
  }, fail);
}

function methodsFor(
  options: SolveOptions,
  sending: FileSend | undefined,
  onFailure: (error: unknown) => void,
): Map<string, StreamHandler> {
  return new Map([
    [FILE_SYNC, fileSync({ folders: options.folders, onProgress: options.onSend, onFailure })],
    ...(sending ? [[FILE_SEND, sending.handler] as const] : []),
    [GET_SECRET, secrets(options.secrets)],
    ...auth(options.credentials),
  ]);
}

async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
