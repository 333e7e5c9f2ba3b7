import { type StreamHandler, unary } from '../grpc/server.ts';
import { CODE, GrpcError } from '../grpc/status.ts';
import { message, stringField1 } from '../wire.ts';

export const GET_SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret';

/** Hands secrets to the steps that mount them (moby/buildkit, session/secrets). */
export function secrets(values: ReadonlyMap<string, Uint8Array>): StreamHandler {
  return unary((request) => {
    // GetSecretRequest: ID = 1; GetSecretResponse: data = 1.
    const id = stringField1(request);
    const data = values.get(id);
    // The code, not the text, tells the daemon that an optional secret is absent.
    if (!data) throw new GrpcError(CODE.notFound, `secret ${id} not found`);
    return message([1, data]);
  });
}
