import { dirname, join, normalize } from 'node:path/posix';
import type { Problem } from '../errors.ts';
import { readOptional } from './read-optional.ts';

/** One requirements or constraints file, handed on as it is: uv reads it, not we. */
export interface RequirementFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly text: string;
  /** False for files that another one names with `-r` or `-c`. */
  readonly top: boolean;
}

export interface ReadRequirements {
  readonly files: readonly RequirementFile[];
  readonly problems: readonly Problem[];
}

/** A line that names another file: `-r base.txt`, `--constraint=pins.txt`. */
const INCLUDE =
  /^\s*(?:-r|-c|--requirements?|--constraints?)(?:\s*=\s*|\s+|(?<=-[rc]))(?<path>[^\s#-][^\s#]*)/;
const URL_LIKE = /^[a-z][a-z0-9+.-]*:\/\//i;
const PASSWORD_IN_URL = /:\/\/[^/\s@:]*:[^/\s@]+@/;

/**
 * Reads a requirements file and the files it names, which must be part of the build and of
 * the lock's key. Nothing else of pip's grammar is looked at here.
 * @param root the project's folder, absolute
 * @param first path of the file to begin with, relative to `root`; may be missing
 */
export async function readRequirements(root: string, first: string): Promise<ReadRequirements> {
  const files = new Map<string, RequirementFile>();
  const problems: Problem[] = [];
  const open: { path: string; from?: { file: string; line: number } }[] = [{ path: first }];
  for (let next = open.shift(); next; next = open.shift()) {
    if (files.has(next.path)) continue;
    const text = await readOptional(join(root, next.path));
    if (text === undefined) {
      if (next.from) problems.push(missing(next.path, next.from));
      continue;
    }
    files.set(next.path, { path: next.path, text, top: next.from === undefined });
    for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
      const location = { file: next.path, line: index + 1 };
      if (PASSWORD_IN_URL.test(line)) problems.push(password(location));
      const named = INCLUDE.exec(line)?.groups?.['path'];
      if (named === undefined || URL_LIKE.test(named)) continue;
      const path = normalize(join(dirname(next.path), named));
      if (path.startsWith('../') || named.startsWith('/')) {
        problems.push(outside(named, location));
      } else {
        open.push({ path, from: location });
      }
    }
  }
  return { files: [...files.values()], problems };
}

function missing(path: string, location: { file: string; line: number }): Problem {
  return {
    code: 'REQUIREMENTS_INVALID',
    message: `${path} is named here, but there is no such file in the project`,
    hint: `create ${path} or remove the line`,
    location,
  };
}

function outside(path: string, location: { file: string; line: number }): Problem {
  return {
    code: 'REQUIREMENTS_INVALID',
    message: `${path} lies outside the project, where the build cannot see it`,
    hint: 'copy the file into the project and name it relative to this one',
    location,
  };
}

function password(location: { file: string; line: number }): Problem {
  return {
    code: 'REQUIREMENTS_INVALID',
    message: 'this line holds a password, which would end up in the plan and in caches',
    hint: 'remove the user and password from the address',
    location,
  };
}
