import type Dockerode from 'dockerode';
import { problem } from '../errors.ts';

export interface PushOptions {
  readonly docker: Dockerode;
  /** With a tag. */
  readonly name: string;
  readonly login: { readonly username: string; readonly secret: string } | undefined;
  /** Bytes sent so far; layers that the registry has are not sent. */
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** One line of the engine's answer (moby/moby, jsonmessage). */
interface PushMessage {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number };
  readonly error?: string;
}

/**
 * Pushes one name of an image.
 * @throws OvenbirdError `PUSH_FAILED` in the registry's own words
 */
export async function pushImage({ docker, name, login, onProgress, signal }: PushOptions): Promise<void> {
  const sent = new Map<string, number>();
  const follow = (message: PushMessage): void => {
    const { id, status, progressDetail } = message;
    if (id === undefined || status !== 'Pushing' || progressDetail?.current === undefined) return;
    sent.set(id, progressDetail.current);
    onProgress([...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  };
  try {
    const stream = await docker.getImage(name).push({
      abortSignal: signal,
      ...(login === undefined ? {} : { authconfig: authOf(login) }),
    });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error, messages: readonly PushMessage[] | null) => {
          const failed = messages?.find((each) => each.error !== undefined);
          if (error ?? failed) reject(error ?? new Error(failed?.error));
          else resolve();
        },
        follow,
      );
    });
  } catch (thrown) {
    signal.throwIfAborted();
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    throw problem('PUSH_FAILED', `${name} could not be pushed: ${said}`, {
      hint: /denied|unauthorized|no basic auth/i.test(said)
        ? `docker login ${name.split('/')[0]}`
        : `the image is in the engine: docker push ${name}`,
      cause: thrown,
    });
  }
}

/** `<token>` as the user marks an identity token. */
function authOf({ username, secret }: NonNullable<PushOptions['login']>): object {
  return username === '<token>' ? { identitytoken: secret } : { username, password: secret };
}
