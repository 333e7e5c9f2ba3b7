import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Our own package's folder, absolute, ended by a separator: one above `src/` in a checkout
 * and one above `dist/` in what users install.
 */
export const PACKAGE_ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Reads one of the package's own text files. */
export function readOwnFile(path: string): Promise<string> {
  return readFile(new URL(`../${path}`, import.meta.url), 'utf8');
}
