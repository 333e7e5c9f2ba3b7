import { hash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { ProjectFile } from './tree.ts';

const seen = new WeakMap<ProjectFile, Uint8Array>();

/** SHA-256 of what `readBytes` gave last: what a plan was made from must be what is built. */
export function seenDigest(file: ProjectFile): Uint8Array | undefined {
  return seen.get(file);
}

/**
 * The content of one of the project's files. A link that took its place since the scan is
 * not followed.
 * @returns undefined when it can no longer be read
 */
export function readBytes(file: ProjectFile): Buffer | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file.absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const bytes = readFileSync(handle);
    seen.set(file, hash('sha256', bytes, 'buffer'));
    return bytes;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
