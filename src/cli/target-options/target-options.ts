import { throwAll, type Problem } from '../../errors.ts';
import type { OptionSpec } from '../command.ts';
import { flag, list, usage, type ParsedArguments } from '../parsed-arguments.ts';
import { FLASH_OPTIONS } from './flash.ts';
import { JLSERVE_OPTIONS } from './jlserve.ts';

/** The options that only one target has, and what they mean to it. */
export interface TargetOptions {
  readonly target: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** @returns what the target is given, of what was typed */
  read(args: ParsedArguments): Readonly<Record<string, unknown>>;
  /** What is wrong with the options of all targets when it is this one that is built. */
  refuse?(args: ParsedArguments): readonly Problem[];
}

/** `ovenbird build` takes the options of every target. */
export const ALL_TARGET_OPTIONS: readonly TargetOptions[] = [FLASH_OPTIONS, JLSERVE_OPTIONS];

/**
 * Which target is meant by what was typed, and its own options. An option that only one
 * target has names that target.
 * @throws OvenbirdError `USAGE` for options of several targets
 */
export function readTargetOptions(
  args: ParsedArguments,
  target: string | undefined,
): { readonly target?: string; readonly targetOptions?: Readonly<Record<string, unknown>> } {
  const given = ALL_TARGET_OPTIONS.map((each) => ({
    each,
    names: Object.keys(each.options).filter((name) => flag(args, name) || list(args, name).length > 0),
  }));
  const used = given.filter(({ names }) => names.length > 0);
  const chosen = target ?? used[0]?.each.target;
  throwAll(
    used
      .filter(({ each }) => each.target !== chosen)
      .flatMap(({ each, names }) =>
        names.map((name): Problem =>
          usage(`--${name} belongs to the target ${each.target}`, `--target ${each.target}, or without it`),
        ),
      ),
  );
  const own = ALL_TARGET_OPTIONS.find((each) => each.target === chosen);
  throwAll(own?.refuse?.(args) ?? []);
  return {
    ...(chosen === undefined ? {} : { target: chosen }),
    ...(own === undefined || used.length === 0 ? {} : { targetOptions: own.read(args) }),
  };
}
