import type { FlashEndpoint } from './endpoint-types.ts';
import type { ComputedDependencies } from './computed.ts';
import type { FlashOptions } from './options.ts';
import type { ChosenRequirements } from '../../project/requirement-sources/choose.ts';
import type { RequirementEntry } from '../../project/requirement-sources/entries.ts';

/** A dependency named in a decorator, with where it stands. */
export interface DecoratorRequirement {
  readonly requirement: string;
  readonly endpoint: string;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * All that the plan of a Flash project depends on, as data: planning is a pure function of it.
 */
export interface FlashInputs {
  /** The application's name: its folder's. */
  readonly name: string;
  readonly python: string;
  /** Why this Python, as a sentence. */
  readonly pythonReason: string;
  /** `linux/amd64`. */
  readonly platform: string;
  /** Newest C library that wheels may ask for: `2.35`. */
  readonly glibc: string;
  readonly base: { readonly reference: string; readonly standIn?: string };
  readonly options: FlashOptions;
  readonly endpoints: readonly FlashEndpoint[];
  readonly decorators: readonly DecoratorRequirement[];
  /** Those of them that importing a module told. */
  readonly computed: ComputedDependencies;
  /** Packages that `--exclude` names, and nothing in the project does. */
  readonly unasked: readonly string[];
  /** What the project asks for besides. */
  readonly requirements: ChosenRequirements;
  /** Of its dependency groups; of a `uv.lock` the lock itself has them. */
  readonly groups: readonly RequirementEntry[];
  /** The project's `ovenbird.lock`, when there is one. */
  readonly lock: string | undefined;
  readonly verify: boolean;
  /** The variables of `IMAGE_VARIABLES` that are set. */
  readonly imageVariables: Readonly<Record<string, string>>;
  /** Seconds since the epoch for every time stamp in the archive. */
  readonly sourceDateEpoch: number | undefined;
}
