import type { Problem } from '../errors.ts';
import { newestWithin } from './python-range.ts';
import { readPythonVersionFile } from './pyproject.ts';

const DEFAULT = '3.12';

export interface PythonRequest {
  /** The folder of `.python-version`, absolute. */
  readonly root: string;
  /** `--python`. */
  readonly flag: string | undefined;
  /** Where it was given. */
  readonly flagFrom?: string | undefined;
  /** Of a script's header or pyproject.toml. */
  readonly requiresPython: string | undefined;
  /** Oldest first. */
  readonly supported: readonly string[];
  /** To type, with `--python` behind it: `jlserve build app.py`. */
  readonly command: string;
}

export interface PythonChoice {
  readonly version: string;
  readonly reason: string;
  readonly problems: readonly Problem[];
}

/**
 * Decides for which Python to build, and says why: the flag, else `.python-version` where
 * `requires-python` allows it, else 3.12 where that is allowed, else the newest that is.
 * @returns with problems, a version that is only good for going on looking for others
 */
export function choosePython(request: PythonRequest): PythonChoice {
  const { flag, flagFrom = 'asked for on the command line', requiresPython, supported } = request;
  if (flag !== undefined) return choose(request, flag, flagFrom);
  const pinned = /^\s*(?:c?python-?)?(3\.\d+)/m.exec(readPythonVersionFile(request.root) ?? '')?.[1];
  if (requiresPython === undefined) {
    if (pinned !== undefined) return choose(request, pinned, 'from .python-version');
    return choose(request, DEFAULT, 'the default, as nothing in the project asks for another');
  }
  if (pinned !== undefined && newestWithin(requiresPython, [pinned]) === pinned) {
    return choose(request, pinned, 'from .python-version');
  }
  const newest = newestWithin(requiresPython, supported);
  // The default is what most wheels exist for: a newer one only where it must be.
  const version = newestWithin(requiresPython, [DEFAULT]) ?? newest;
  if (version !== undefined) return choose(request, version, `within requires-python = "${requiresPython}"`);
  return refuse(request, `no supported Python satisfies requires-python = "${requiresPython}".`);
}

function choose(request: PythonRequest, version: string, why: string): PythonChoice {
  if (!request.supported.includes(version)) return refuse(request, `Python ${version} is not supported.`);
  return { version, reason: `Python ${version}: ${why}`, problems: [] };
}

function refuse({ supported, command }: PythonRequest, what: string): PythonChoice {
  const message = `${what} Supported versions: ${supported.join(', ')}`;
  const hint = `choose a supported one: ${command} --python ${DEFAULT}`;
  return { version: DEFAULT, reason: '', problems: [{ code: 'PYTHON_UNSUPPORTED', message, hint }] };
}
