import type { EndpointSummary, PackagedContents } from './targets/target.ts';
import type { EventSink } from './events.ts';

/** What a build can be told; the command line and the library use the same. */
export interface BuildOptions {
  /**
   * The project's folder, absolute or relative to the current one; or a file in it, for
   * targets that build one (`app.py`).
   */
  readonly project: string;
  /** `flash`, `jlserve`; found out when absent. */
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
  /** What the project's own code may use while it builds, by name; never part of a result. */
  readonly secrets?: readonly SecretSource[];
  /** The target's own: for flash `{noDeps, exclude, keepBuild}`. */
  readonly targetOptions?: Readonly<Record<string, unknown>>;
  /** Which options the caller found in settings, by name (`python`, `no-cache`): told as reasons. */
  readonly origins?: Readonly<Record<string, OptionOrigin>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops the build (`INTERRUPTED`). */
  readonly signal?: AbortSignal;
  readonly onEvent?: EventSink;
}

/** Where an option was read. */
export interface OptionOrigin {
  /** `ovenbird.toml`, `the environment`. */
  readonly source: string;
  /** What it is called there: `python`, `OVENBIRD_PYTHON`. */
  readonly name: string;
  /** `ovenbird.toml:3`, `OVENBIRD_PYTHON`. */
  readonly place: string;
}

/** Where a secret's value comes from. It is read when the build begins. */
export interface SecretSource {
  /** As the project's code knows it: `HF_TOKEN`. */
  readonly id: string;
  /** Name of an environment variable. */
  readonly variable?: string;
  /** Path of a file. */
  readonly file?: string;
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
    /** A file or a folder in its place, or an image in the engine. */
    readonly kind: 'file' | 'folder' | 'image';
    /** Absolute; of an image its first name. */
    readonly path: string;
    readonly bytes: number;
    /** `sha256:…`; of an image that of its configuration, which the engine calls its id. */
    readonly digest: string;
    /** All names of an image. */
    readonly tags?: readonly string[];
  };
  readonly endpoints: readonly EndpointSummary[];
  readonly durationMs: number;
  readonly cachedSteps: number;
  readonly steps: number;
  /** "Docker Engine 28.5.2". */
  readonly engine: string;
}
