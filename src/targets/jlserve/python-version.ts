import type { Problem } from '../../errors.ts';
import { newestWithin } from '../../project/python-range.ts';
import { readPythonVersionFile } from '../../project/pyproject.ts';

const DEFAULT = '3.12';

export interface PythonRequest {
  readonly root: string;
  /** `--python`. */
  readonly flag: string | undefined;
  /** Where it was given. */
  readonly flagFrom?: string | undefined;
  /** Of the app's header or pyproject.toml. */
  readonly requiresPython: string | undefined;
  /** Oldest first. */
  readonly supported: readonly string[];
}

export interface PythonChoice {
  readonly version: string;
  readonly reason: string;
  readonly problems: readonly Problem[];
}

/** The flag, else `requires-python`, else `.python-version`, else 3.12. */
export function choosePython({
  root,
  flag,
  flagFrom,
  requiresPython,
  supported,
}: PythonRequest): PythonChoice {
  if (flag !== undefined) return choose(flag, flagFrom ?? 'asked for on the command line', supported);
  const pinned = /^\s*(?:c?python-?)?(3\.\d+)/m.exec(readPythonVersionFile(root) ?? '')?.[1];
  if (requiresPython === undefined) {
    if (pinned !== undefined) return choose(pinned, 'from .python-version', supported);
    return choose(DEFAULT, 'the default, as nothing in the project asks for another', supported);
  }
  if (pinned !== undefined && newestWithin(requiresPython, [pinned]) === pinned) {
    return choose(pinned, 'from .python-version', supported);
  }
  const newest = newestWithin(requiresPython, supported);
  // The default is what most wheels exist for: a newer one only where it must be.
  const version = newestWithin(requiresPython, [DEFAULT]) ?? newest;
  if (version !== undefined)
    return choose(version, `within requires-python = "${requiresPython}"`, supported);
  const message = `no supported Python satisfies requires-python = "${requiresPython}". Supported versions: ${supported.join(', ')}`;
  return refuse(message);
}

function choose(version: string, why: string, supported: readonly string[]): PythonChoice {
  if (supported.includes(version)) return { version, reason: `Python ${version}: ${why}`, problems: [] };
  return refuse(`Python ${version} is not supported. Supported versions: ${supported.join(', ')}`);
}

function refuse(message: string): PythonChoice {
  const hint = `choose a supported one: jlserve build app.py --python ${DEFAULT}`;
  return { version: DEFAULT, reason: '', problems: [{ code: 'PYTHON_UNSUPPORTED', message, hint }] };
}
