import type Dockerode from 'dockerode';
import { statfs } from 'node:fs/promises';
import { untilAborted } from '../../engine/until-aborted.ts';
import { formatBytes } from '../../report/units.ts';
import { NO_ENGINE, type Check } from './check.ts';

/** A big project's build takes about this much. Bytes. */
const COMFORTABLE = 10e9;
/** The engine counts every layer for an answer. Milliseconds. */
const LIMIT_MS = 10_000;

interface DiskUse {
  readonly LayersSize?: number;
  readonly BuildCache?: readonly { readonly Size?: number; readonly Shared?: boolean }[] | null;
}

export const engineDisk: Check = {
  id: 'disk',
  title: 'Disk use',
  run: async ({ engine }) => {
    if ('error' in engine) return NO_ENGINE;
    const { endpoint } = engine.found;
    const docker = await engine.found.docker();
    const used = await usedBy(docker);
    const { DockerRootDir } = (await docker.info()) as { DockerRootDir?: string };
    const free =
      endpoint.kind === 'socket' && DockerRootDir !== undefined ? await freeBytes(DockerRootDir) : undefined;
    if (free === undefined) return { status: 'ok', message: used };
    const message = `${used}, ${formatBytes(free)} free`;
    return free < COMFORTABLE
      ? { status: 'warn', message, remedy: 'docker builder prune' }
      : { status: 'ok', message };
  },
};

async function usedBy(docker: Dockerode): Promise<string> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    const use = await untilAborted<DiskUse>(docker.df(), [limit]);
    const cache = (use.BuildCache ?? []).reduce((sum, each) => sum + (each.Shared ? 0 : (each.Size ?? 0)), 0);
    return `images ${formatBytes(use.LayersSize ?? 0)}, build cache ${formatBytes(cache)}`;
  } catch (thrown) {
    if (!limit.aborted) throw thrown;
    return `the engine was too busy to count within ${LIMIT_MS / 1000} s (docker system df)`;
  }
}

/** Undefined where the engine's folder is not on this machine, or not for us to see. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
