import type { Destination, Placement } from '../artifact/place.ts';
import type { TreeFile, TreePlace } from '../artifact/tree.ts';
import type { Location, OvenbirdError } from '../errors.ts';
import type { EventSink } from '../events.ts';
import type { BuildPlan } from '../plan/schema.ts';
import type { IgnoreRules } from '../project/ignore.ts';
import type { ProjectTree } from '../project/tree.ts';

/**
 * A target decides *what* is built: it detects its kind of project, plans, explains
 * failures of its own steps and says where the results go. It never dials anything.
 */
export interface Target {
  readonly name: string;
  /** What of the project is never shown to the build. */
  readonly ignore: IgnoreRules;
  /**
   * For targets that build one file: which folder is the project of a path that the user
   * named (as it was typed). @throws OvenbirdError when the path is no such file
   */
  locate?(path: string): Promise<{ readonly root: string; readonly entry?: string }>;
  /** True when the folder looks like a project of this target. Reads, never writes. */
  detect(tree: ProjectTree): Promise<boolean>;
  /**
   * Reads what it needs of the project and plans. The plan itself is a pure function of
   * what was read.
   * @throws OvenbirdError with every problem of the input at once
   */
  plan(request: PlanRequest): Promise<Planned>;
  /**
   * What the build writes, as absolute paths: none of it is part of the project, although it may
   * lie there. Never what is to be left as it is, and no mistake is told here.
   */
  writes(request: WritesRequest): Promise<readonly string[]>;
  /**
   * What its steps are given in confidence, by the ids that the Dockerfile's mounts have: no part
   * of any plan. Read before the engine has any work.
   * @throws OvenbirdError with every problem of it at once
   */
  secrets?(request: SecretsRequest): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The files that these come from, absolute: no part of the project, although they may lie there. */
  secretFiles?(request: SecretsRequest): readonly string[];
  /** Where the results of a project go. Pure; @throws OvenbirdError `OUTPUT_UNSAFE` */
  destination(request: DestinationRequest & Pick<Planned, 'plan'>): Destination;
  /**
   * What only the build could tell and the plan must know. The project is then planned and
   * built once more with it; what did not change is cached.
   * @param staging the received files
   * @param plan what they were built by
   * @returns undefined when the plan was right
   */
  discover?(staging: string, plan: BuildPlan): Promise<Discovery | undefined>;
  /** How often a project is planned at most; 3 when absent. */
  readonly mostPlans?: number;
  /**
   * What failed may have failed because the plan leaves something out that is there. The
   * project is then planned and built once more with the facts.
   * @returns undefined when the failure is the project's own
   */
  reconsider?(failure: OvenbirdError, plan: BuildPlan): Discovery['facts'] | undefined;
  /** A build failed: takes back what says that an earlier build's files are those of this project. */
  withdraw?(request: WithdrawRequest): Promise<void>;
  /** Says what the received files are and where they go. */
  package(received: Received): Promise<Packaged>;
}

export interface Planned {
  readonly plan: BuildPlan;
  /** What the plan's `inputs` are, by name. */
  readonly inputs?: ReadonlyMap<string, ProjectTree>;
}

/** See `Target.discover`. */
export interface Discovery {
  /** Why it is built again. */
  readonly warnings: readonly ContentWarning[];
  /** For the next `plan`. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface PlanRequest {
  readonly tree: ProjectTree;
  /** The file that the caller named instead of the folder, relative to it. */
  readonly entry?: string;
  /** `-o`, as given. */
  readonly output?: string;
  readonly discovered?: Discovery['facts'];
  readonly platform: string;
  readonly python?: string;
  /** Who asks for that Python: `asked for on the command line`. */
  readonly pythonFrom?: string;
  readonly base?: string;
  /** False: skip the last check of the result. */
  readonly verify: boolean;
  /** Names of the secrets that the project's code is given. */
  readonly secretNames: readonly string[];
  /** The target's own options, as they came from the command line or the caller. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The caller's environment; a target takes the few variables it names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onEvent: EventSink;
}

export interface DestinationRequest {
  /** The project's folder, absolute. */
  readonly root: string;
  /** `-o`, as given. */
  readonly output: string | undefined;
}

export interface WritesRequest extends DestinationRequest {
  /** The target's own options, not checked yet. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The caller's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** See `Target.secrets`; the options are not checked yet. */
export type SecretsRequest = Pick<WritesRequest, 'options' | 'environment'>;

/** See `Target.withdraw`. */
export type WithdrawRequest = Pick<Received, 'plan' | 'options' | 'environment'>;

export interface Received {
  readonly plan: BuildPlan;
  /** The project's folder, absolute. */
  readonly root: string;
  /** Folder that holds the build's output, absolute. */
  readonly staging: string;
  /** The target's own folder of results, absolute; absent where it has none. */
  readonly folder?: string;
  /** The image that the build started from. */
  readonly base: string;
  /** Stages of which something ran in this build; the others came from the engine's cache. */
  readonly ran: ReadonlySet<string>;
  readonly options: Readonly<Record<string, unknown>>;
  /** The caller's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Packaged {
  /** The received file that goes to `Destination.artifact`. None where that is an image. */
  readonly file?: string;
  /** For images. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly others: readonly Placement[];
  /**
   * Files of the image that only the first stage could tell, by path in it: in the archive
   * `plan/made.tar` of the context for the later stages.
   */
  readonly made?: Readonly<Record<string, string>>;
  /** For targets whose artifact is executables: received once the first stage's files are read. */
  readonly tree?: TreeOutput;
  /** The artifact is delivered, to where it does no harm, and this is thrown. */
  readonly failure?: OvenbirdError;
  /** More folders to receive, once the artifact is sure. */
  readonly folders?: readonly FolderOutput[];
  readonly contents: PackagedContents;
}

/** The files of a stage, each top-level entry of which is moved to its place as a whole. */
export interface TreeOutput {
  readonly stage: string;
  /** All of them, as the build described them. */
  readonly files: readonly TreeFile[];
  readonly places: readonly TreePlace[];
  /** What people are told that it is: the only place, or the folder of all. Absolute. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Left by builds that failed; gone once this one is in its place. Absolute. */
  readonly obsolete: readonly string[];
}

/** The files of a stage, put into a folder that may hold others. */
export interface FolderOutput {
  readonly stage: string;
  /** Absolute; made when missing. */
  readonly to: string;
  /** Its last file, relative: it says that the others are whole, and is gone while they are not. */
  readonly marker: string;
  readonly title: string;
}

/** What the report says of the artifact. */
export interface PackagedContents {
  /** The user's files in it. */
  readonly files: number;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly bytes: number }[];
  readonly excluded: readonly string[];
  readonly endpoints: readonly EndpointSummary[];
  readonly warnings: readonly ContentWarning[];
  /** What else is worth a sentence: why a long step ran again. */
  readonly notes: readonly string[];
  /** Of executables: where they run and how it went; one a system. */
  readonly executables?: readonly ExecutableSummary[];
}

export interface ExecutableSummary {
  readonly os: 'linux' | 'windows';
  /** The oldest C library that all of its files work with: `2.28`. */
  readonly glibc?: string;
  /** The run that proved it; absent when there was none. */
  readonly smoke?: {
    /** `--help`, `GET /health`. */
    readonly command: string;
    /** Until it ended, or until it answered. */
    readonly milliseconds: number;
  };
}

export interface ContentWarning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: Location;
}

export interface EndpointSummary {
  readonly name: string;
  readonly kind: string;
  readonly functions: readonly string[];
  readonly file: string;
  readonly line: number;
}
