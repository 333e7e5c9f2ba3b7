import type { Problem } from '../errors.ts';

/** The arguments of one command, checked against its options. */
export interface ParsedArguments {
  readonly command: string;
  readonly positional: string | undefined;
  readonly options: ReadonlyMap<string, string | boolean | readonly string[]>;
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
