import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { ProjectFile } from './tree.ts';

/**
 * The content of one of the project's files. A link that took its place since the scan is
 * not followed.
 * @returns undefined when it can no longer be read
 */
export function readBytes(file: ProjectFile): Buffer | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file.absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return readFileSync(handle);
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
