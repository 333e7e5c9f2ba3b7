/**
 * The one error tree. Every failure a user can meet has a stable code here, and the code
 * decides the exit status: nothing else in the program calls `process.exit` with a number.
 */

/** What a code means for the person at the keyboard, and the exit status that says so. */
export const EXIT = {
  done: 0,
  /** The input (code, requirements, Dockerfile, output place) needs fixing. */
  input: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A defect of ours. */
  defect: 70,
  /** Nothing to fix: try again (engine gone, network, time limit). */
  again: 75,
  interrupted: 130,
} as const;

export type ExitKind = keyof typeof EXIT;

/** Every error code and its kind. Codes are stable: scripts match on them. */
export const ERROR_CODES = {
  USAGE: 'usage',
  INTERNAL: 'defect',
  INTERRUPTED: 'interrupted',
  BUILD_TIMEOUT: 'again',

  PROJECT_NOT_FOUND: 'input',
  PROJECT_UNREADABLE: 'input',
  /** `ovenbird.toml`, `[tool.ovenbird]`, an `OVENBIRD_*` variable. */
  SETTINGS_INVALID: 'input',
  TARGET_UNKNOWN: 'usage',
  TARGET_NOT_DETECTED: 'input',
  PLAN_INVALID: 'defect',
  /** A file of the project changed between being read and being sent. */
  CONTEXT_CHANGED: 'again',
  OUTPUT_NOT_WRITABLE: 'input',
  OUTPUT_UNSAFE: 'input',
  PROGRAM_NOT_FOUND: 'input',

  FLASH_NO_PYTHON_FILES: 'input',
  FLASH_NO_ENDPOINTS: 'input',
  FLASH_DUPLICATE_ENDPOINT: 'input',
  FLASH_DUPLICATE_FUNCTION: 'input',
  FLASH_DUPLICATE_ROUTE: 'input',
  FLASH_RESERVED_PATH: 'input',
  FLASH_IMPORT_FAILED: 'input',
  FLASH_IMPORT_TIMEOUT: 'input',
  FLASH_IGNORED_IMPORT: 'input',
  FLASH_NAME_COLLISION: 'input',
  FLASH_NAME_INVALID: 'input',
  FLASH_DEPENDENCIES_UNSTABLE: 'input',
  FLASH_TOO_LARGE: 'input',

  JLSERVE_FILE_INVALID: 'input',
  JLSERVE_NO_APP: 'input',
  JLSERVE_SEVERAL_APPS: 'input',
  JLSERVE_NO_ENDPOINTS: 'input',
  JLSERVE_ENDPOINT_INVALID: 'input',
  JLSERVE_DUPLICATE_PATH: 'input',
  JLSERVE_LIFECYCLE_INVALID: 'input',
  JLSERVE_IMPORT_FAILED: 'input',
  JLSERVE_IMPORT_TIMEOUT: 'input',
  JLSERVE_INIT_FAILED: 'input',
  JLSERVE_WEIGHTS_FAILED: 'input',
  JLSERVE_SETUP_FAILED: 'input',
  JLSERVE_IMAGE_UNHEALTHY: 'input',
  JLSERVE_CACHE_DIR: 'input',
  NATIVE_LIBRARY_MISSING: 'input',

  /** Nothing says what the executable runs, or several things do. */
  PYINSTALLER_NO_ENTRY: 'input',
  PYINSTALLER_ENTRY_INVALID: 'input',
  /** A path of one of PyInstaller's own options is not the project's. */
  PYINSTALLER_OPTION_INVALID: 'input',
  PYINSTALLER_FAILED: 'input',
  PYINSTALLER_SPEC_FAILED: 'input',
  PYINSTALLER_SMOKE_FAILED: 'input',
  PYINSTALLER_GLIBC: 'input',
  /** `--windows-python` names none, or one that lacks something. */
  PYINSTALLER_WINDOWS_PYTHON: 'input',
  /** `--sign` names no file that can sign, or its password is another. */
  PYINSTALLER_SIGN_INVALID: 'input',
  PYINSTALLER_SIGN_FAILED: 'input',
  /** wine's own DLL in the bundle. */
  PYINSTALLER_DLL_OF_WINE: 'input',
  /** The engine's processor is another one, and the build's steps do not run emulated. */
  PLATFORM_EMULATED: 'input',

  PYTHON_SYNTAX: 'input',
  PYTHON_UNSUPPORTED: 'input',

  REQUIREMENTS_INVALID: 'input',
  DEPENDENCY_UNRESOLVABLE: 'input',
  DEPENDENCY_DOWNLOAD_FAILED: 'again',
  DEPENDENCY_HASH_MISMATCH: 'input',
  ARCHIVE_INVALID: 'defect',

  DOCKERFILE_UNSAFE_VALUE: 'input',
  BASE_IMAGE_UNAVAILABLE: 'input',
  CA_BUNDLE_UNREADABLE: 'input',
  STEP_FAILED: 'input',
  PUSH_FAILED: 'again',

  ENGINE_NOT_FOUND: 'again',
  ENGINE_UNREACHABLE: 'again',
  ENGINE_FORBIDDEN: 'input',
  ENGINE_TOO_OLD: 'input',
  ENGINE_ADDRESS_INVALID: 'usage',
  ENGINE_PROTOCOL: 'again',
  ENGINE_DISK_FULL: 'input',
} as const satisfies Record<string, ExitKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A place in one of the user's files. `line` and `column` count from 1. */
export interface Location {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong. An input with five mistakes gives five of these, together. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do, with the command to type. */
  readonly hint?: string;
  readonly location?: Location;
  /** Longer evidence: last lines of a step, the resolver's own words. */
  readonly detail?: string;
}

export interface OvenbirdErrorOptions extends Omit<Problem, 'code' | 'message'> {
  readonly cause?: unknown;
}

/** The only error class that leaves the library. */
export class OvenbirdError extends Error {
  /** At least one; the first decides `code`, `message` and the exit status. */
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: readonly [Problem, ...Problem[]], options: { cause?: unknown } = {}) {
    super(problems[0].message, options);
    this.name = 'OvenbirdError';
    this.problems = problems;
  }

  get code(): ErrorCode {
    return this.problems[0].code;
  }

  get hint(): string | undefined {
    return this.problems[0].hint;
  }

  get location(): Location | undefined {
    return this.problems[0].location;
  }

  /** True when the same command may well work a moment later. */
  get transient(): boolean {
    return ERROR_CODES[this.code] === 'again';
  }

  get exitCode(): number {
    return EXIT[ERROR_CODES[this.code]];
  }
}

/** Makes an error of one problem. */
export function problem(code: ErrorCode, message: string, options: OvenbirdErrorOptions = {}): OvenbirdError {
  const { cause, ...rest } = options;
  return new OvenbirdError([{ code, message, ...rest }], cause === undefined ? {} : { cause });
}

/** Throws all problems together, or returns when there are none. */
export function throwAll(problems: readonly Problem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new OvenbirdError([first, ...rest]);
}

/**
 * Waits for all of them.
 * @throws what is wrong with any of them, together
 */
export async function allOrProblems<T extends readonly unknown[]>(work: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const settled = await Promise.allSettled(work);
  const thrown = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (thrown.length > 1 && thrown.every((each) => each instanceof OvenbirdError)) {
    throwAll(thrown.flatMap(({ problems }) => problems));
  }
  if (thrown.length > 0) throw thrown.find((each) => !(each instanceof OvenbirdError)) ?? thrown[0];
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as unknown as T;
}

/** Wraps whatever was thrown: an unknown throw is a defect of ours and says so. */
export function toOvenbirdError(thrown: unknown): OvenbirdError {
  if (thrown instanceof OvenbirdError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return problem('INTERNAL', message, {
    hint: 'this is a defect of ovenbird; run again with OVENBIRD_DEBUG=1 and report the trace',
    cause: thrown,
  });
}
