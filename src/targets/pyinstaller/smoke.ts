import { split } from 'shlex';

/** How the finished executable is tried out. */
export interface Smoke {
  /** What it is started with. */
  readonly arguments: readonly string[];
  /** A server: it is asked for this path at whatever port it listens on, and must answer. */
  readonly http: { readonly path: string } | null;
  readonly timeoutSeconds: number;
  /** Somebody said how; else `--help` is a guess, and what it says is no verdict. */
  readonly asked: boolean;
}

/** Long enough for a large executable to unpack itself on a slow machine. */
const DEFAULT_SECONDS = 30;

export interface SmokeOptions {
  readonly smoke?: readonly string[] | undefined;
  readonly smokeHttp?: string | undefined;
  readonly smokeTimeout?: number | undefined;
}

/** A server is started without arguments unless some were given, anything else with `--help`. */
export function smokeOf({ smoke, smokeHttp, smokeTimeout }: SmokeOptions): Smoke {
  return {
    arguments: smoke ?? (smokeHttp === undefined ? ['--help'] : []),
    http: smokeHttp === undefined ? null : { path: smokeHttp },
    timeoutSeconds: smokeTimeout ?? DEFAULT_SECONDS,
    asked: smoke !== undefined || smokeHttp !== undefined,
  };
}

/**
 * Splits arguments as a shell does: quotes of both kinds, backslashes. Nothing is expanded:
 * `$HOME`, `*` and `|` are what they are.
 * @returns undefined where a quote is left open
 */
export function splitArguments(text: string): readonly string[] | undefined {
  try {
    return split(text);
  } catch {
    return undefined;
  }
}

/**
 * The path to ask a server for: `/health`, `/items?all=1`. Of a whole address the path: which
 * port it listens on is seen when it runs.
 * @returns undefined when it is neither, or of another machine
 */
export function httpPath(text: string): string | undefined {
  if (/[\p{Cc}\p{Cs}\\\s]/u.test(text)) return undefined;
  const isPath = /^\/(?!\/)/.test(text);
  if (!isPath && !/^http:\/\//i.test(text)) return undefined;
  const base = 'http://127.0.0.1';
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  const isHere = /^(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])$/.test(url.hostname);
  if (!isHere || url.username !== '' || url.password !== '') return undefined;
  // A path with dots may end with two slashes in front: an address of another machine.
  const path = url.pathname + url.search;
  return path.startsWith('//') || path.length > 1000 ? undefined : path;
}
