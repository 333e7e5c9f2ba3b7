import { fromBinary } from '@bufbuild/protobuf';
import { SolveResponseSchema, type StatusResponse, StatusResponseSchema } from './gen/control_pb.ts';

/** Decoding of what `moby.buildkit.v1.Control` answers; loaded while the daemon works. */
export function decodeSolve(message: Uint8Array): Readonly<Record<string, string>> {
  return fromBinary(SolveResponseSchema, message).ExporterResponse;
}

export function decodeStatus(message: Uint8Array): StatusResponse {
  return fromBinary(StatusResponseSchema, message);
}
