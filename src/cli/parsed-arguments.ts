import type { Problem } from '../errors.ts';
import type { Warning } from '../events.ts';
import type { Origin } from './spelling.ts';

/** The arguments of one command, checked against its options. */
export interface ParsedArguments {
  readonly command: string;
  readonly positional: string | undefined;
  readonly options: ReadonlyMap<string, OptionValue>;
  /** Where options came from that were not typed. */
  readonly settings?: AppliedSettings;
}

export type OptionValue = string | boolean | readonly string[];

export interface AppliedSettings {
  /** By option. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What is wrong with them, to be told with what else is wrong. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

export function flag(args: ParsedArguments, name: string): boolean {
  return args.options.get(name) === true;
}

export function text(args: ParsedArguments, name: string): string | undefined {
  const value = args.options.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** All values of a repeatable option. */
export function list(args: ParsedArguments, name: string): readonly string[] {
  const value = args.options.get(name);
  if (value === undefined || typeof value === 'boolean') return [];
  return typeof value === 'string' ? [value] : value;
}

/** Values of `--exclude a,b --exclude c`: `a`, `b`, `c`. */
export function commaList(args: ParsedArguments, name: string): readonly string[] {
  return list(args, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** A mistake in the command line. */
export function usage(message: string, hint?: string): Problem {
  return { code: 'USAGE', message, ...(hint === undefined ? {} : { hint }) };
}
