import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import type { ProjectFile } from './tree.ts';

/**
 * The text of one of the project's files, without a byte order mark.
 * @returns undefined when it is not UTF-8 or no longer there
 */
export function readText(file: ProjectFile): string | undefined {
  let handle: number;
  try {
    handle = openSync(file.absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(handle));
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}
