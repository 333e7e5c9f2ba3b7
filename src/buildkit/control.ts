import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ListWorkersRequestSchema,
  ListWorkersResponseSchema,
  SolveRequestSchema,
  SolveResponseSchema,
  StatusRequestSchema,
  type StatusResponse,
  StatusResponseSchema,
  type WorkerRecord,
} from './gen/control_pb.ts';
import type { GrpcClient } from './grpc/client.ts';

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
  { ref, session, frontendAttrs, exporter }: ControlSolve,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const request = create(SolveRequestSchema, {
    Ref: ref,
    Session: session,
    Frontend: 'dockerfile.v0',
    FrontendAttrs: { ...frontendAttrs },
    ExporterDeprecated: exporter.type,
    ExporterAttrsDeprecated: { ...exporter.attrs },
    Exporters: [{ Type: exporter.type, Attrs: { ...exporter.attrs } }],
    Cache: {},
  });
  const response = await client.unary(`${CONTROL}/Solve`, toBinary(SolveRequestSchema, request), signal);
  return fromBinary(SolveResponseSchema, response).ExporterResponse;
}

/** Follows a build until the daemon has told all of it; may be asked for before `solve`. */
export async function status(
  client: GrpcClient,
  ref: string,
  onStatus: (status: StatusResponse) => void,
  signal: AbortSignal,
): Promise<void> {
  const request = toBinary(StatusRequestSchema, create(StatusRequestSchema, { Ref: ref }));
  await client.serverStream(
    `${CONTROL}/Status`,
    request,
    (message) => onStatus(fromBinary(StatusResponseSchema, message)),
    signal,
  );
}

/** The daemon's workers. `Control.Info` would say more and is missing in Engine 20.10. */
export async function listWorkers(client: GrpcClient, signal: AbortSignal): Promise<readonly WorkerRecord[]> {
  const request = toBinary(ListWorkersRequestSchema, create(ListWorkersRequestSchema, {}));
  const response = await client.unary(`${CONTROL}/ListWorkers`, request, signal);
  return fromBinary(ListWorkersResponseSchema, response).record;
}
