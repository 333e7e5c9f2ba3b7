import type { Destination, Placement } from '../artifact/place.ts';
import type { Location } from '../errors.ts';
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
  /** True when the folder looks like a project of this target. Reads, never writes. */
  detect(tree: ProjectTree): Promise<boolean>;
  /**
   * Reads what it needs of the project and plans. The plan itself is a pure function of
   * what was read.
   * @throws OvenbirdError with every problem of the input at once
   */
  plan(request: PlanRequest): Promise<BuildPlan>;
  /** Where the results of a project go. Pure; @throws OvenbirdError `OUTPUT_UNSAFE` */
  destination(request: DestinationRequest): Destination;
  /** Says what the received files are and where they go. */
  package(received: Received): Promise<Packaged>;
}

export interface PlanRequest {
  readonly tree: ProjectTree;
  readonly platform: string;
  readonly python?: string;
  readonly base?: string;
  /** False: skip the last check of the result. */
  readonly verify: boolean;
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

export interface Received extends Destination {
  readonly plan: BuildPlan;
  /** The project's folder, absolute. */
  readonly root: string;
  /** Folder that holds the build's output, absolute. */
  readonly staging: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Packaged {
  /** The one that the user asked for; placed last. */
  readonly artifact: Placement;
  readonly others: readonly Placement[];
  readonly contents: PackagedContents;
}

/** What the report says of the artifact. */
export interface PackagedContents {
  /** The user's files in it. */
  readonly files: number;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly bytes: number }[];
  readonly excluded: readonly string[];
  readonly endpoints: readonly EndpointSummary[];
  readonly warnings: readonly ContentWarning[];
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
