import type { EndpointSummary, PackagedContents } from './targets/target.ts';
import type { EventSink } from './events.ts';

/** What a build can be told; the command line and the library use the same. */
export interface BuildOptions {
  /** The project's folder, absolute or relative to the current one. */
  readonly project: string;
  /** `flash`; found out when absent. */
  readonly target?: string;
  /** `linux/amd64` when absent. */
  readonly platform?: string;
  /** `3.12`; the target decides when absent. */
  readonly python?: string;
  /** Image reference to build in. */
  readonly base?: string;
  /** `-o`: a name in the target's own folder, or a path. */
  readonly output?: string;
  /** Do not use the engine's build cache. */
  readonly noCache?: boolean;
  /** Import and pack anew although nothing changed; installed packages stay. */
  readonly rebuild?: boolean;
  /** False: skip the check of the result. */
  readonly verify?: boolean;
  /** Milliseconds for the whole build; none when absent. */
  readonly timeoutMs?: number;
  /** The engine's address, as in DOCKER_HOST. */
  readonly engine?: string;
  /** PEM file with further certificate authorities. */
  readonly caFile?: string;
  /** The target's own: for flash `{noDeps, exclude, keepBuild}`. */
  readonly targetOptions?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops the build (`INTERRUPTED`). */
  readonly signal?: AbortSignal;
  readonly onEvent?: EventSink;
}

/** What a finished build is. */
export interface BuildResult extends PackagedContents {
  readonly schema: 1;
  readonly target: string;
  /** The project's folder, absolute. */
  readonly project: string;
  readonly name: string;
  readonly python: string;
  readonly platform: string;
  /** The image that the build started from. */
  readonly base: string;
  readonly artifact: {
    /** Absolute. */
    readonly path: string;
    readonly bytes: number;
    /** `sha256:…` */
    readonly digest: string;
  };
  readonly endpoints: readonly EndpointSummary[];
  readonly durationMs: number;
  readonly cachedSteps: number;
  readonly steps: number;
  /** "Docker Engine 28.5.2". */
  readonly engine: string;
}
