import type Modem from 'docker-modem';

/**
 * A way to one engine: dockerode's own connection layer. A `Dockerode` is one too; what only
 * makes requests takes this, since the rest of dockerode is slow to load.
 */
export interface EngineConnection {
  readonly modem: Modem;
}

export interface GetOptions {
  readonly path: string;
  readonly abortSignal?: AbortSignal | undefined;
  /** What each status means; `true` is success, all others reject. */
  readonly statusCodes: Readonly<Record<number, string | true>>;
}

/** One GET, answered with JSON. @throws docker-modem's error with its `statusCode` */
export function getJson<T>({ modem }: EngineConnection, options: GetOptions): Promise<T> {
  const { path, abortSignal, statusCodes } = options;
  return new Promise((resolve, reject) => {
    modem.dial(
      { path, method: 'GET', statusCodes: { ...statusCodes }, ...(abortSignal ? { abortSignal } : {}) },
      (error, data) => (error ? reject(error) : resolve(data as T)),
    );
  });
}
