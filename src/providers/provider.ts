import type { BuildContext } from '../context/entry.ts';
import type { EventSink } from '../events.ts';

/**
 * A provider is a place where a build can run: the local engine, a remote buildkitd, later
 * others. It is given everything it needs in one request and knows no target.
 */
export interface Provider {
  readonly name: string;
  /** Runs one build and resolves when the output has been received whole. */
  build(request: BuildRequest): Promise<BuildOutcome>;
  /** Where it keeps images; absent where it keeps none. */
  readonly images?: ImageStore;
  /** Facts about the place that planning or a message needs. */
  describe(): Promise<ProviderFacts>;
  /**
   * An image to start from: the reference, or its stand-in where no registry is reached.
   * @throws OvenbirdError `BASE_IMAGE_UNAVAILABLE`
   */
  chooseBase(request: BaseRequest): Promise<string>;
  close(): Promise<void>;
}

export interface BaseRequest {
  readonly reference: string;
  readonly standIn?: string | undefined;
  /** No option names another image in its place. */
  readonly fixed?: boolean;
  readonly platform: string;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

export interface BuildRequest {
  /** The text of the Dockerfile; it is not part of the context. */
  readonly dockerfile: string;
  readonly context: BuildContext;
  /** `linux/amd64`. */
  readonly platform: string;
  /** Values by id. Never logged, never part of a cache key. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly output: BuildOutput;
  /** The stage that is the result; the last one when absent. */
  readonly stage?: string;
  /** Titles for stages of the Dockerfile, by stage name; unnamed stages stay quiet. */
  readonly titles: ReadonlyMap<string, string>;
  /** `true`: nothing comes from the engine's cache; a list: these stages do not. */
  readonly noCache: boolean | readonly string[];
  /** False: that the context is sent is no news, as an earlier solve of the build has said it. */
  readonly tellSending?: boolean;
  /** Aborting it stops the running step in the engine. */
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** What comes out, and where to. */
export type BuildOutput =
  /** The result's files, unpacked into an existing, empty folder. */
  | { readonly type: 'folder'; readonly folder: string }
  /** An image in the engine's own store under this name. */
  | { readonly type: 'image'; readonly name: string; readonly labels: Readonly<Record<string, string>> };

export interface BuildOutcome {
  /** `sha256:…` of the image, for image outputs. */
  readonly imageDigest?: string;
  /** Steps that the engine answered from its cache, and all steps. */
  readonly cachedSteps: number;
  readonly steps: number;
  /** Stages of which an instruction ran: the others came from the engine's cache as they were. */
  readonly ran: readonly string[];
}

/** Images by name, in the place where builds run. */
export interface ImageStore {
  /** Loads what the other calls need, while the engine is busy with something else. */
  prepare(): void;
  /** @returns undefined where there is none of that name */
  find(name: string): Promise<StoredImage | undefined>;
  /** Runs a program in it without network, on a read-only root, and removes the container. */
  run(request: RunRequest): Promise<RunResult>;
  tag(from: string, to: string): Promise<void>;
  /** Takes the name away; the image goes with its last one. No error when there is none. */
  remove(name: string): Promise<void>;
  /**
   * Sends an image to the registry in its name.
   * @param onProgress hears of the bytes sent so far
   * @throws OvenbirdError `PUSH_FAILED`
   */
  push(name: string, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void>;
  /** Writes images as an archive that `docker load` reads. */
  save(names: readonly string[], file: string, signal: AbortSignal): Promise<void>;
}

export interface StoredImage {
  /** `sha256:…` of its configuration. */
  readonly id: string;
  /** Unpacked. */
  readonly bytes: number;
}

export interface RunRequest {
  readonly image: string;
  readonly platform: string;
  readonly command: readonly string[];
  readonly tmpfs: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly exitStatus: number;
  /** The end of what it printed. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProviderFacts {
  /** "Docker Engine 28.5.2". */
  readonly title: string;
  /** The platform native to it: `linux/arm64`. */
  readonly platform: string;
}
