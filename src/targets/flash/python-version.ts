import type { Problem } from '../../errors.ts';
import { readPythonVersionFile } from '../../project/pyproject.ts';
import { FLASH_PYTHONS } from './constants.ts';
import type { FlashEndpoint } from './endpoint-types.ts';
import { newestWithin } from '../../project/python-range.ts';

export interface PythonQuestion {
  /** `--python-version`. */
  readonly flag?: string | undefined;
  /** Where it was given. */
  readonly flagFrom?: string | undefined;
  readonly endpoints: readonly Pick<FlashEndpoint, 'name' | 'file' | 'line' | 'pythonVersion'>[];
  readonly pyproject?: { readonly requiresPython?: string | undefined } | undefined;
  /** What `.python-version` says. */
  readonly pythonVersionFile?: string | undefined;
  /** Oldest first: `['3.10', …]`. */
  readonly supported: readonly string[];
}

export interface ChosenPython {
  /** `3.12` */
  readonly version: string;
  /** Why, as a sentence that is shown. */
  readonly reason: string;
}

/** What Flash's own tools take where nothing is said. */
const DEFAULT = '3.12';

/**
 * Decides with what else the project's folder says of its Python.
 * @param options.root absolute
 * @param options.requiresPython of `pyproject.toml`
 * @returns with problems, a version that is only good for going on looking for others
 */
export function decidePython(options: {
  readonly root: string;
  readonly flag?: string | undefined;
  readonly flagFrom?: string | undefined;
  readonly endpoints: PythonQuestion['endpoints'];
  readonly requiresPython: string | undefined;
}): ChosenPython & { readonly problems: readonly Problem[] } {
  const { root, requiresPython, ...question } = options;
  const chosen = choosePython({
    ...question,
    pyproject: { requiresPython },
    pythonVersionFile: readPythonVersionFile(root),
    supported: FLASH_PYTHONS,
  });
  if ('version' in chosen) return { ...chosen, problems: [] };
  return { version: DEFAULT, reason: '', problems: chosen.problems };
}

/**
 * Decides for which Python to build, and says why: the flag, the one version that resources
 * declare, `.python-version`, the newest supported one in `requires-python`, 3.12.
 * @returns the choice, or every reason why there is none
 */
export function choosePython(
  question: PythonQuestion,
): ChosenPython | { readonly problems: readonly Problem[] } {
  const { flag, flagFrom = 'asked for on the command line', supported } = question;
  const declared = question.endpoints.filter((each) => each.pythonVersion !== undefined);
  const versions = [...new Set(declared.map((each) => each.pythonVersion ?? ''))].sort();
  const [only] = versions;

  if (flag !== undefined) {
    if (!supported.includes(flag)) return unsupported(flag, supported);
    const others = declared.filter((each) => each.pythonVersion !== flag);
    if (others.length > 0) return refuse(overridden(flag, others), others[0]);
    return { version: flag, reason: `Python ${flag}: ${flagFrom}` };
  }
  if (versions.length > 1) return refuse(disagreeing(versions, declared), declared[0]);
  if (only !== undefined) {
    if (!supported.includes(only)) return unsupported(only, supported, declared[0]);
    return { version: only, reason: `Python ${only}: declared by the resources (python_version)` };
  }
  return fromProject(question);
}

function fromProject(question: PythonQuestion): ReturnType<typeof choosePython> {
  const { supported } = question;
  const pinned = pinnedVersion(question.pythonVersionFile);
  if (pinned !== undefined) {
    if (!supported.includes(pinned)) {
      return unsupported(pinned, supported, { file: '.python-version', line: 1 });
    }
    return { version: pinned, reason: `Python ${pinned}: from .python-version` };
  }
  const range = question.pyproject?.requiresPython;
  if (range === undefined) {
    return {
      version: DEFAULT,
      reason: `Python ${DEFAULT}: the default, as nothing in the project asks for another`,
    };
  }
  const newest = newestWithin(range, supported);
  if (newest === undefined) {
    const message = `no supported Python satisfies requires-python = "${range}". Supported versions: ${supported.join(', ')}`;
    return refuse(message, { file: 'pyproject.toml' });
  }
  return {
    version: newest,
    reason: `Python ${newest}: the newest supported one in requires-python = "${range}"`,
  };
}

/** `3.12.4` and `cpython-3.12` ask for 3.12; `pypy3.10`, `system` for nothing that we have. */
function pinnedVersion(file: string | undefined): string | undefined {
  const lines = (file ?? '').split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());
  const first = lines.find((line) => line !== '') ?? '';
  return /^(?:c?python-?)?(3\.\d+)(?:[.\w+-]*)$/.exec(first)?.[1];
}

interface Place {
  readonly file: string;
  readonly line?: number;
}

function unsupported(
  version: string,
  supported: readonly string[],
  place?: Place,
): ReturnType<typeof refuse> {
  const message = `Python ${version} is not supported. Supported versions: ${supported.join(', ')}`;
  return refuse(message, place);
}

function refuse(message: string, place?: Place): { readonly problems: readonly Problem[] } {
  const location = place && {
    location: { file: place.file, ...(place.line === undefined ? {} : { line: place.line }) },
  };
  const hint = 'choose a supported one: flash build --python-version 3.12';
  return { problems: [{ code: 'PYTHON_UNSUPPORTED', message, hint, ...location }] };
}

function overridden(flag: string, others: PythonQuestion['endpoints']): string {
  return `python_version override '${flag}' conflicts with resource declarations: ${details(others)}. Either remove the override or align all resources to '${flag}'.`;
}

function disagreeing(versions: readonly string[], declared: PythonQuestion['endpoints']): string {
  const list = versions.map((version) => `'${version}'`).join(', ');
  return `Flash apps require one python_version across all resources (found [${list}]): ${details(declared)}. Set python_version to the same value on every resource, or omit it to use the default (${DEFAULT}).`;
}

function details(endpoints: PythonQuestion['endpoints']): string {
  return endpoints
    .map((each) => `${each.name ?? `${each.file}:${each.line}`}=${each.pythonVersion}`)
    .sort()
    .join(', ');
}
