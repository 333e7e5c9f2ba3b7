import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CredentialsRequestSchema, CredentialsResponseSchema } from '../gen/session_pb.ts';
import { type Methods, unary } from '../grpc/server.ts';
import { CODE, GrpcError } from '../grpc/status.ts';

/** What a registry is logged in to with. A user name `<token>` marks an identity token. */
export interface Credentials {
  readonly username: string;
  readonly secret: string;
}

/** Finds the credentials for a registry's host; undefined means anonymous. */
export type CredentialSource = (host: string) => Promise<Credentials | undefined>;

const AUTH = '/moby.filesync.v1.Auth';

/**
 * Registry credentials for the daemon (moby/buildkit, session/auth). The token methods are
 * announced and refused: a daemon then fetches tokens itself with these credentials.
 */
export function auth(source: CredentialSource): Methods {
  const refuse = unary(() => {
    throw new GrpcError(CODE.unimplemented, 'tokens are fetched by the engine');
  });
  return new Map([
    [
      `${AUTH}/Credentials`,
      unary(async (request) => {
        const { Host: host } = fromBinary(CredentialsRequestSchema, request);
        const found = await source(host);
        const response = found ? { Username: found.username, Secret: found.secret } : {};
        return toBinary(CredentialsResponseSchema, create(CredentialsResponseSchema, response));
      }),
    ],
    [`${AUTH}/FetchToken`, refuse],
    [`${AUTH}/GetTokenAuthority`, refuse],
    [`${AUTH}/VerifyTokenAuthority`, refuse],
  ]);
}
