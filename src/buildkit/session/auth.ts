import { type Methods, unary } from '../grpc/server.ts';
import { CODE, GrpcError } from '../grpc/status.ts';
import { message, stringField1 } from '../wire.ts';

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
        // CredentialsRequest: Host = 1; CredentialsResponse: Username = 1, Secret = 2.
        const found = await source(stringField1(request));
        return found ? message([1, found.username], [2, found.secret]) : message();
      }),
    ],
    [`${AUTH}/FetchToken`, refuse],
    [`${AUTH}/GetTokenAuthority`, refuse],
    [`${AUTH}/VerifyTokenAuthority`, refuse],
  ]);
}
