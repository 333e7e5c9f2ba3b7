import type { CredentialSource } from '../buildkit/session/auth.ts';
import { upgradeTransport } from '../engine/dial.ts';
import type { FoundEngine } from '../engine/find.ts';
import { buildOn } from './build-on.ts';
import { dockerImages } from './docker-images.ts';
import type { Provider } from './provider.ts';

export interface DockerProviderOptions {
  /** A Docker engine that answers. */
  readonly engine: FoundEngine;
  /** Where `docker login` keeps credentials is read from `DOCKER_CONFIG` and `HOME`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Builds in the Docker engine, through the BuildKit that is part of it. */
export function dockerProvider({ engine, env = process.env }: DockerProviderOptions): Provider {
  const transport = upgradeTransport(engine.connection);
  let credentials: CredentialSource | undefined;
  // The first who asks hears of a configuration that cannot be used.
  const credentialsFor = async (host: string, onWarning: (message: string) => void) => {
    const { dockerCredentials } = await import('./registry-auth.ts');
    credentials ??= dockerCredentials({ env, onWarning });
    return credentials(host);
  };
  return {
    name: 'docker',
    build(request) {
      const warn = (message: string): void =>
        request.onEvent({ type: 'warning', code: 'REGISTRY_CREDENTIALS', message });
      return buildOn(transport, request, (host) => credentialsFor(host, warn));
    },
    images: dockerImages(
      () => engine.docker(),
      (host) => credentialsFor(host, () => undefined),
    ),
    async describe() {
      return { title: `${engine.product} ${engine.version}`, platform: `${engine.os}/${engine.arch}` };
    },
    async chooseBase(request) {
      const { ensureBase } = await import('../engine/base.ts');
      return (await ensureBase({ docker: engine.connection, ...request })).reference;
    },
    async close() {
      // Every build closes its own connections.
    },
  };
}
