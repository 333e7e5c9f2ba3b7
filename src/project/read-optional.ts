import { readFile } from 'node:fs/promises';

/**
 * The text of a file that need not be there.
 * @returns undefined when there is none
 * @throws whatever else keeps it from being read
 */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
