import type { Problem } from '../../errors.ts';
import type { OptionValue } from '../parsed-arguments.ts';
import type { Origin } from '../spelling.ts';

/** An option that stands in a file or in a variable. */
export interface FoundSetting {
  readonly key: string;
  readonly value: OptionValue;
  readonly origin: Origin;
  /** It stands in the table of this target. */
  readonly target?: string;
}

export interface FoundSettings {
  readonly found: readonly FoundSetting[];
  readonly problems: readonly Problem[];
}

export function settingsProblem(message: string, hint: string, location?: Problem['location']): Problem {
  return { code: 'SETTINGS_INVALID', message, hint, ...(location === undefined ? {} : { location }) };
}
