import { type StatusResponse, decodeSolve, decodeStatus } from './control-decode.ts';
import type { GrpcClient } from './grpc/client.ts';
import { message } from './wire.ts';

const CONTROL = '/moby.buildkit.v1.Control';

/** One build as the daemon is asked for it. */
export interface ControlSolve {
  /** Names this build to `status`. */
  readonly ref: string;
  readonly session: string;
  readonly frontendAttrs: Readonly<Record<string, string>>;
  readonly exporter: { readonly type: string; readonly attrs: Readonly<Record<string, string>> };
}

/** Runs a Dockerfile build; aborting the signal stops the running step. */
export async function solve(
  client: GrpcClient,
  request: ControlSolve,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  return decodeSolve(await client.unary(`${CONTROL}/Solve`, encodeSolve(request), signal));
}

/** `SolveRequest` (proto/control.proto), by hand as everything here (`control-decode.ts` says why). */
export function encodeSolve({ ref, session, frontendAttrs, exporter }: ControlSolve): Buffer {
  const { type, attrs } = exporter;
  return message(
    [1, ref],
    [3, type],
    ...mapField(4, attrs),
    [5, session],
    [6, 'dockerfile.v0'],
    ...mapField(7, frontendAttrs),
    [8, message()],
    [13, message([1, type], ...mapField(2, attrs))],
  );
}

/** A map is a repeated message of key = 1 and value = 2. */
function mapField(field: number, entries: Readonly<Record<string, string>>): [number, Buffer][] {
  return Object.entries(entries).map(([key, value]) => [field, message([1, key], [2, value])]);
}

/** Follows a build until the daemon has told all of it; may be asked for before `solve`. */
export async function status(
  client: GrpcClient,
  ref: string,
  onStatus: (status: StatusResponse) => void,
  signal: AbortSignal,
): Promise<void> {
  // StatusRequest: Ref = 1.
  const take = (received: Buffer) => onStatus(decodeStatus(received));
  await client.serverStream(`${CONTROL}/Status`, message([1, ref]), take, signal);
}
