import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { GetSecretRequestSchema, GetSecretResponseSchema } from '../gen/session_pb.ts';
import { type StreamHandler, unary } from '../grpc/server.ts';
import { CODE, GrpcError } from '../grpc/status.ts';

export const GET_SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret';

/** Hands secrets to the steps that mount them (moby/buildkit, session/secrets). */
export function secrets(values: ReadonlyMap<string, Uint8Array>): StreamHandler {
  return unary((request) => {
    const { ID: id } = fromBinary(GetSecretRequestSchema, request);
    const data = values.get(id);
    // The code, not the text, tells the daemon that an optional secret is absent.
    if (!data) throw new GrpcError(CODE.notFound, `secret ${id} not found`);
    return toBinary(GetSecretResponseSchema, create(GetSecretResponseSchema, { data }));
  });
}
