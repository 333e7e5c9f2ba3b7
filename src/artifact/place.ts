import { existsSync, renameSync, statSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { problem } from '../errors.ts';

/** Where a project's results go. */
export interface Destination {
  /** Folder of the target's own outputs, absolute; absent where it has none in the project. */
  readonly folder?: string;
  /** The artifact's path, absolute; absent where it is no file. */
  readonly artifact?: string;
}

/** A file or folder to be moved to its place, in one step with its neighbours. */
export interface Placement {
  /** Absolute, inside the received folder. */
  readonly from: string;
  /** Absolute. */
  readonly to: string;
}

/** What archives begin with, or have at an offset. */
const MAGICS = [
  { at: 0, bytes: Buffer.from([0x1f, 0x8b]) },
  { at: 257, bytes: Buffer.from('ustar') },
];

/**
 * Moves a build's results to their places. Each appears whole or not at all; all renames
 * happen in one turn without waiting, so two builds of one project do not mix.
 * @param placements in order; the artifact last
 */
export async function place(placements: readonly Placement[], staging: string): Promise<void> {
  const near: Placement[] = [];
  for (const placement of placements) near.push(await broughtNear(placement));
  for (const [index, placement] of near.entries()) {
    if (isFolder(placement.to) || (isFolder(placement.from) && existsSync(placement.to)))
      renameSync(placement.to, join(staging, `old-${index}`));
    renameSync(placement.from, placement.to);
  }
}

/** A rename cannot cross file systems: there the file is copied beside its place first. */
async function broughtNear(placement: Placement): Promise<Placement> {
  if (statSync(placement.from).dev === statSync(dirname(placement.to)).dev) return placement;
  const near = join(dirname(placement.to), `.${basename(placement.to)}.${process.pid}.part`);
  try {
    await copyFile(placement.from, near);
  } catch (error) {
    await rm(near, { force: true });
    throw problem('OUTPUT_NOT_WRITABLE', `cannot write ${placement.to}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return { from: near, to: placement.to };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Refuses to overwrite what is not an earlier archive.
 * @throws OvenbirdError `OUTPUT_UNSAFE`
 */
export async function checkReplaceable(artifact: string): Promise<void> {
  if (await isReplaceable(artifact)) return;
  throw problem('OUTPUT_UNSAFE', `${artifact} exists and is not an archive: it is left as it is`, {
    hint: `choose another name: -o my-app.${artifact.endsWith('.tar') ? 'tar' : 'tar.gz'}`,
  });
}

/** Whether nothing is there yet, or an earlier archive. */
export async function isReplaceable(artifact: string): Promise<boolean> {
  const existing = statSync(artifact, { throwIfNoEntry: false });
  if (!existing) return true;
  return existing.isFile() && (existing.size === 0 || (await isArchive(artifact)));
}

async function isArchive(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    for (const { at, bytes } of MAGICS) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, at);
      if (bytesRead === bytes.length && buffer.equals(bytes)) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}
