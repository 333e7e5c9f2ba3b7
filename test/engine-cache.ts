import Docker from 'dockerode';

interface CacheRecord {
  readonly ID: string;
  readonly Size: number;
  readonly InUse: boolean;
}

/** @param address `unix:///…` or `tcp://HOST:PORT` */
export function dockerAt(address: string): Docker {
  const url = new URL(address);
  return url.protocol === 'unix:'
    ? new Docker({ socketPath: url.pathname })
    : new Docker({ protocol: 'http', host: url.hostname, port: url.port });
}

/**
 * Frees what a test or benchmark leaves in the engine's build cache: records that were not
 * there before and are large. Small ones are left to the engine's own collection, and what
 * others made before is never touched.
 */
export class CacheSweeper {
  readonly #docker: Docker;
  readonly #leastBytes: number;
  #before = new Set<string>();

  /** @param leastBytes size from which on a new record is removed */
  constructor(docker: Docker, leastBytes: number) {
    this.#docker = docker;
    this.#leastBytes = leastBytes;
  }

  /** Remembers what is there. */
  async start(): Promise<void> {
    this.#before = new Set((await this.#records()).map(({ ID }) => ID));
  }

  /** Removes what has been added. A record that others build on goes in a second turn. */
  async sweep(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) {
      for (const { ID, Size, InUse } of await this.#records()) {
        if (this.#before.has(ID) || Size < this.#leastBytes || InUse) continue;
        await this.#ask(
          'POST',
          `/build/prune?all=true&filters=${encodeURIComponent(JSON.stringify({ id: { [ID]: true } }))}`,
        );
      }
    }
  }

  async #records(): Promise<readonly CacheRecord[]> {
    const { BuildCache } = (await this.#ask('GET', '/system/df')) as {
      BuildCache: readonly CacheRecord[] | null;
    };
    return BuildCache ?? [];
  }

  #ask(method: string, path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const statusCodes = { 200: true, 500: 'engine error' };
      // dockerode drops the last character of a path that has a query and no options.
      const exact = path.includes('?') ? `${path}&` : path;
      this.#docker.modem.dial({ path: exact, method, statusCodes }, (error: unknown, answer: unknown) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
  }
}
