import type { Location, Problem } from '../errors.ts';

/** How a value was given, so that a mistake in it is told where it stands and as it is written. */
export interface Spelling {
  /** `--python`, `python` in a file, `OVENBIRD_PYTHON`. */
  readonly name: string;
  /** How another value is given in the same place: `--python 3.12`, `python = "3.12"`. */
  write(value: string): string;
}

/** A value that was not typed, and where it stands. */
export interface Origin extends Spelling {
  /** The option, as settings call it. */
  readonly key: string;
  /** `ovenbird.toml`, `the environment`. */
  readonly source: string;
  /** Of a file. */
  readonly location?: Location;
  /** Lines of the items of a list, by text. */
  readonly itemLines?: ReadonlyMap<string, number>;
}

export function typed(option: string): Spelling {
  return { name: `--${option}`, write: (value) => `--${option} ${value}` };
}

/** `ovenbird.toml:3`, `OVENBIRD_PYTHON`. */
export function placeOf({ name, location }: Origin): string {
  return location === undefined ? name : [location.file, location.line].filter(Boolean).join(':');
}

/** A mistake in a value, told of the place that it came from. @param item of a list */
export function toldOf(origin: Origin | undefined, problem: Problem, item?: string): Problem {
  if (origin === undefined) return problem;
  const { location, itemLines } = origin;
  const line = (item === undefined ? undefined : itemLines?.get(item)) ?? location?.line;
  return {
    ...problem,
    code: problem.code === 'USAGE' || problem.code === 'TARGET_UNKNOWN' ? 'SETTINGS_INVALID' : problem.code,
    ...(location === undefined ? {} : { location: { ...location, ...(line === undefined ? {} : { line }) } }),
  };
}
