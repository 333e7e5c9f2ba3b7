import type { FoundEngine } from '../../engine/find.ts';
import type { OvenbirdError } from '../../errors.ts';
import type { CliContext } from '../context.ts';

export type CheckStatus = 'ok' | 'warn' | 'fail';

/** One finding of the doctor. */
export interface Finding {
  readonly status: CheckStatus;
  readonly message: string;
  /** What to type, where something can be done. */
  readonly remedy?: string;
  /** Further lines, for example the places that were tried. */
  readonly details?: readonly string[];
}

/** A check is data too: a title and a look at one thing. It reports, it does not throw. */
export interface Check {
  /** Stable, for `--json`. */
  readonly id: string;
  readonly title: string;
  readonly run: (facts: DoctorFacts) => Promise<Finding>;
}

/** What the checks have in common, found once. */
export interface DoctorFacts {
  readonly context: CliContext;
  /** Value of `--ca`. */
  readonly caFile: string | undefined;
  readonly engine: { readonly found: FoundEngine } | { readonly error: OvenbirdError };
}

/** For checks that need an engine and have none: the engine's own check says it. */
export const NO_ENGINE: Finding = { status: 'warn', message: 'not checked: there is no engine' };
