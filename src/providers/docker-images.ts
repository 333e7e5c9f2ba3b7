import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import type { CredentialSource } from '../buildkit/session/auth.ts';
import type { ImageStore } from './provider.ts';

/** The engine's own images. @param open gives dockerode, which is loaded when it is needed */
export function dockerImages(open: () => Promise<Dockerode>, credentials: CredentialSource): ImageStore {
  return {
    prepare() {
      // What fails here fails again where it is waited for.
      void Promise.all([open(), import('../engine/container.ts')]).catch(() => undefined);
    },
    async find(name) {
      try {
        const { Id: id, Size: bytes } = await (await open()).getImage(name).inspect();
        return { id, bytes };
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw thrown;
      }
    },
    async run({ image, platform, command, tmpfs, timeoutMs, signal }) {
      const { runInContainer } = await import('../engine/container.ts');
      return runInContainer({
        docker: await open(),
        image,
        platform,
        cmd: command,
        tmpfs,
        timeoutMs,
        signal,
        network: 'none',
        readonlyRoot: true,
        purpose: 'check',
      });
    },
    async tag(from, to) {
      const { repo, tag } = splitName(to);
      await (await open()).getImage(from).tag({ repo, tag });
    },
    async remove(name) {
      try {
        await (await open()).getImage(name).remove();
      } catch (thrown) {
        if (!isMissing(thrown)) throw thrown;
      }
    },
    async push(name, onProgress, signal) {
      const { pushImage } = await import('../engine/push.ts');
      const login = await credentials(registryOf(name));
      await pushImage({ docker: await open(), name, login, onProgress, signal });
    },
    async save(names, file, signal) {
      const { modem } = await open();
      // dockerode's own call cannot be aborted; it drops the last character of a bare query.
      const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
        const query = names.map((name) => `names=${encodeURIComponent(name)}`).join('&');
        modem.dial(
          {
            path: `/images/get?${query}&`,
            method: 'GET',
            isStream: true,
            abortSignal: signal,
            statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
          },
          (error: unknown, answer: unknown) =>
            error ? reject(error) : resolve(answer as NodeJS.ReadableStream),
        );
      });
      await pipeline(stream, createWriteStream(file, { flags: 'wx' }), { signal });
    },
  };
}

/** A first part with a dot, a port or `localhost` is a registry; all else is Docker Hub's. */
function registryOf(name: string): string {
  const [first = '', ...rest] = name.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

/** The tag stands after the last `:` that is no port's. */
function splitName(name: string): { repo: string; tag: string } {
  const at = name.lastIndexOf(':');
  return at > name.lastIndexOf('/')
    ? { repo: name.slice(0, at), tag: name.slice(at + 1) }
    : { repo: name, tag: 'latest' };
}

function isMissing(thrown: unknown): boolean {
  return (thrown as { statusCode?: number } | null)?.statusCode === 404;
}
