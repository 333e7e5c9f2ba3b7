import type { Problem } from '../errors.ts';
import { printable } from './names.ts';

/**
 * Says that a file or folder of the project can't be read. One that went away between listing
 * and reading is as good as never there.
 * @param path relative to the project; `''` for its folder
 * @returns undefined when it went away
 * @throws the error, when it is none of the file system's
 */
export function unreadable(path: string, error: unknown): Problem | undefined {
  const code = errorCode(error);
  if (code === 'ENOENT' && path !== '') return undefined;
  if (code === undefined) throw error;
  const shown = path === '' ? 'the project folder' : printable(path);
  return {
    code: 'PROJECT_UNREADABLE',
    message: `cannot read ${shown} (${code})`,
    hint: 'make it readable (chmod u+r), or leave it out with a line in .gitignore',
    location: { file: path === '' ? '.' : path },
  };
}

export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
