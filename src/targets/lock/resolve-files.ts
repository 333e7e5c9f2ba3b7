import { canonicalJson } from '../../plan/canonical.ts';
import type { RequirementFile } from '../../project/requirements.ts';

/** A requirement of the target's own, or that stands elsewhere than in a requirements file. */
export interface PlacedRequirement {
  readonly requirement: string;
  readonly file: string;
  readonly line: number;
  /** Whose it is, where files name several things. */
  readonly endpoint?: string;
}

/** All that resolving depends on. */
export interface Resolution {
  readonly python: string;
  /** `linux/amd64`, `windows/amd64` */
  readonly platform: string;
  /**
   * Newest C library that wheels may ask for: `2.35`, or `base`: that of the base image.
   * None for Windows.
   */
  readonly glibc: string | undefined;
  /** Over everything that decides what comes out. */
  readonly inputsDigest: string;
  readonly noDeps: boolean;
  /** Packages that are never installed. */
  readonly excludes: readonly string[];
  readonly files: readonly RequirementFile[];
  readonly decorators: readonly PlacedRequirement[];
  /** What the lock's comments call the decorators: `the app`. */
  readonly decoratorWords: string;
  /** Chooses another Python, as the user's command calls it: `--python`. */
  readonly pythonOption: string;
  /** Texts, where `uv.lock` is the source. Absent for a target that never reads it. */
  readonly uv?: {
    readonly lock: string | undefined;
    readonly pyproject: string | undefined;
    /** Dependency groups that are wanted as well. */
    readonly groups?: readonly string[];
  };
  /** Requirements that the lock remembers, by file, as only running the project tells them. */
  readonly computed?: Readonly<Record<string, readonly string[]>>;
  /** The project's lock (`lockFileOf(platform)`), current or not. */
  readonly previous: string | undefined;
}

/** What the shared step `resolve` is given, in the context's `plan/` root. */
export function resolveFiles(resolution: Resolution): Record<string, string> {
  const { files, decorators, excludes, uv, previous } = resolution;
  return {
    'resolve/request.json': canonicalJson({
      python: resolution.python,
      platform: resolution.platform,
      glibc: resolution.glibc,
      inputsDigest: resolution.inputsDigest,
      noDeps: resolution.noDeps,
      excludes,
      sources: files.filter((file) => file.top).map((file) => ({ file: file.path })),
      decorators,
      decoratorWords: resolution.decoratorWords,
      pythonOption: resolution.pythonOption,
      uvLock: uv && uv.lock !== undefined,
      ...(uv?.groups ? { groups: uv.groups } : {}),
      ...(resolution.computed ? { computed: resolution.computed } : {}),
    }),
    'resolve/excludes.txt': lines(excludes),
    'resolve/decorators.txt': lines(decorators.map(({ requirement }) => requirement)),
    ...Object.fromEntries(files.map((file) => [`resolve/requirements/${file.path}`, file.text])),
    ...(uv?.lock === undefined ? {} : uvFiles(uv.lock, uv.pyproject)),
    ...(previous === undefined ? {} : { 'resolve/previous.lock': previous }),
  };
}

/** uv exports its lock only beside the project that it belongs to. */
function uvFiles(lock: string, pyproject: string | undefined): Record<string, string> {
  return {
    'resolve/requirements/uv.lock': lock,
    ...(pyproject === undefined ? {} : { 'resolve/requirements/pyproject.toml': pyproject }),
  };
}

function lines(values: readonly string[]): string {
  return values.map((value) => `${value}\n`).join('');
}
