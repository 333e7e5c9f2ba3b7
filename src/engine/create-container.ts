import type Dockerode from 'dockerode';
import { problem } from '../errors.ts';

/** A folder of this machine, copied into the container before it starts. */
export interface CopiedFolder {
  /** On this machine, absolute. */
  readonly from: string;
  /** In the container, absolute. */
  readonly to: string;
}

export interface ContainerOptions {
  readonly docker: Dockerode;
  readonly image: string;
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /**
   * Folders to copy in. The engine may be on another machine, so nothing of this one is
   * mounted unless `binds` says so.
   */
  readonly folders?: readonly CopiedFolder[];
  /** `/here:/there:ro`. For a local engine only. */
  readonly binds?: readonly string[];
  /** Writable places in memory, for a read-only root. */
  readonly tmpfs?: readonly string[];
  /** `none`, `bridge` (default), a network's name. */
  readonly network?: string;
  readonly user?: string;
  readonly readonlyRoot?: boolean;
  /** `linux/amd64`, where it is not the engine's own. */
  readonly platform?: string;
  /** Milliseconds; none when absent. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** What it is for: the value of the label. */
  readonly purpose?: string;
}

/** Everything that we start carries it, so that leftovers can be found. */
export const CONTAINER_LABEL = 'dev.ovenbird.container';

/** Creates a container with its folders in place; it does not run yet. The caller removes it. */
export async function createContainer(
  options: ContainerOptions & { readonly ports?: Dockerode.PortMap },
): Promise<Dockerode.Container> {
  const container = await create(options);
  try {
    for (const folder of options.folders ?? []) await copyIn(container, folder, options.signal);
    return container;
  } catch (thrown) {
    await removeContainer(container);
    throw thrown;
  }
}

/** Kills what runs and removes it with its volumes. A container that is gone is no error. */
export async function removeContainer(container: Dockerode.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (thrown) {
    const status = (thrown as { statusCode?: number } | null)?.statusCode;
    // 409: the engine is removing it already.
    if (status !== 404 && status !== 409) throw thrown;
  }
}

async function create(
  options: ContainerOptions & { readonly ports?: Dockerode.PortMap },
): Promise<Dockerode.Container> {
  const { ports, folders = [] } = options;
  try {
    return await options.docker.createContainer({
      Image: options.image,
      Cmd: [...options.cmd],
      // An image's own entry point would run something else than what was asked for.
      Entrypoint: [],
      Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      Labels: { [CONTAINER_LABEL]: options.purpose ?? 'run' },
      // Copying into a read-only root is refused, into a volume it is not.
      Volumes: Object.fromEntries(folders.map(({ to }) => [to, {}])),
      ...(options.workingDir === undefined ? {} : { WorkingDir: options.workingDir }),
      ...(options.user === undefined ? {} : { User: options.user }),
      ...(options.platform === undefined ? {} : { platform: options.platform }),
      ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
      ...(ports === undefined
        ? {}
        : { ExposedPorts: Object.fromEntries(Object.keys(ports).map((port) => [port, {}])) }),
      HostConfig: {
        ReadonlyRootfs: options.readonlyRoot ?? false,
        ...(options.network === undefined ? {} : { NetworkMode: options.network }),
        ...(options.binds === undefined ? {} : { Binds: [...options.binds] }),
        ...(options.tmpfs === undefined
          ? {}
          : { Tmpfs: Object.fromEntries(options.tmpfs.map((path) => [path, ''])) }),
        ...(ports === undefined ? {} : { PortBindings: ports }),
      },
    });
  } catch (thrown) {
    options.signal?.throwIfAborted();
    if ((thrown as { statusCode?: number } | null)?.statusCode !== 404) throw thrown;
    throw problem('BASE_IMAGE_UNAVAILABLE', `the engine has no image ${options.image}`, {
      hint: `docker pull ${options.image}`,
      cause: thrown,
    });
  }
}

async function copyIn(
  container: Dockerode.Container,
  { from, to }: CopiedFolder,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { default: tar } = await import('tar-fs');
  // A streamx stream: it has all that a Node stream has, but not its type.
  const packed = tar.pack(from) as unknown as NodeJS.ReadableStream;
  await container.putArchive(packed, { path: to, ...(signal === undefined ? {} : { abortSignal: signal }) });
}
