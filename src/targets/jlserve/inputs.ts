import type { JlserveOptions } from './options.ts';
import type { JlserveApp } from './read-app.ts';

/** How much of the project the download of the weights sees, and is keyed by. */
export type WeightsMode = 'slice' | 'file' | 'project';

/** All that the plan of a jlserve app depends on, as data. */
export interface JlserveInputs {
  readonly app: JlserveApp;
  readonly python: string;
  /** Why this Python, as a sentence. */
  readonly pythonReason: string;
  readonly platform: string;
  readonly base: { readonly reference: string; readonly standIn?: string };
  readonly options: JlserveOptions;
  /** The project's `ovenbird.lock`, when there is one. */
  readonly lock: string | undefined;
  readonly verify: boolean;
  readonly secretNames: readonly string[];
  readonly weightsMode: WeightsMode;
  /** Whether steps may be shown outlines of files; not when an earlier plan was wrong with them. */
  readonly outlined: boolean;
}
