import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problem, type OvenbirdError } from '../errors.ts';
import { cacheFolder } from '../user-cache.ts';
import type { Destination } from './place.ts';

const PREFIX = '.staging-';

/** Runs `work` with a staging folder, which is gone afterwards, whatever happened. */
export async function withStaging<Result>(
  destination: Destination,
  work: (staging: string) => Promise<Result>,
): Promise<Result> {
  const staging = await makeStaging(destination);
  try {
    return await work(staging);
  } catch (error) {
    throw isFull(error) ? fullDisk(staging, error) : error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function fullDisk(staging: string, cause: unknown): OvenbirdError {
  const folder = dirname(staging);
  return problem('OUTPUT_NOT_WRITABLE', `cannot write ${folder}: the disk is full`, {
    hint: `free some space: df -h ${JSON.stringify(folder)}`,
    cause,
  });
}

/**
 * Makes the folder that a build's output is received into, beside its final place so that
 * moving it there is one rename. Doing it before the build proves that the output can be
 * written at all.
 * @returns the folder, absolute and empty
 * @throws OvenbirdError `OUTPUT_NOT_WRITABLE`
 */
async function makeStaging({ folder: own, artifact }: Destination): Promise<string> {
  const folder = own ?? (artifact === undefined ? join(cacheFolder(), 'staging') : dirname(artifact));
  try {
    await mkdir(folder, { recursive: true });
    if (artifact !== undefined) await mkdir(dirname(artifact), { recursive: true });
    await sweep(folder);
    return await mkdtemp(join(folder, `${PREFIX}${process.pid}-`));
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw problem('OUTPUT_NOT_WRITABLE', `cannot write ${path ?? folder}: ${reason(code)}`, {
      hint: `make it writable, for example: sudo chown -R "$USER" ${JSON.stringify(folder)}`,
      cause: error,
    });
  }
}

/** Removes what builds that were killed left behind: folders whose process is gone. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^\.staging-(\d+)-/.exec(name)?.[1]);
    if (!pid || isRunning(pid)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function reason(code: string | undefined): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file stands where a folder is needed';
    default:
      return code ?? 'unknown reason';
  }
}
