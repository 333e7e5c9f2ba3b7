import type { Problem } from '../../errors.ts';
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
  /** Options of all builds that it does not have: settings of these are for others. */
  readonly lacks?: readonly string[];
  /** `--output` without a slash is a name in a folder of its own, no path. */
  readonly namesOutput?: boolean;
  /** What is wrong with the options of all targets when it is this one that is built. */
  refuse?(args: ParsedArguments): readonly Problem[];
}

/** `ovenbird build` takes the options of every target. */
export const ALL_TARGET_OPTIONS: readonly TargetOptions[] = [FLASH_OPTIONS, JLSERVE_OPTIONS];

/** The target that an option names because only that target has it. */
export function namedTarget(args: ParsedArguments): string | undefined {
  return usedTargets(args)[0]?.each.target;
}

function usedTargets(args: ParsedArguments) {
  const given = ALL_TARGET_OPTIONS.map((each) => ({
    each,
    names: Object.keys(each.options).filter((name) => flag(args, name) || list(args, name).length > 0),
  }));
  return given.filter(({ names }) => names.length > 0);
}

export interface ReadTargetOptions {
  readonly target?: string;
  readonly targetOptions?: Readonly<Record<string, unknown>>;
}

/**
 * Which target is meant by the options, and its own options. One that only one target has
 * names that target.
 * @returns options of several targets as problems
 */
export function readTargetOptions(
  args: ParsedArguments,
  target: string | undefined,
): { readonly read: ReadTargetOptions; readonly problems: readonly Problem[] } {
  const used = usedTargets(args);
  const chosen = target ?? used[0]?.each.target;
  const foreign = used
    .filter(({ each }) => each.target !== chosen)
    .flatMap(({ each, names }) =>
      names.map((name): Problem =>
        usage(`--${name} belongs to the target ${each.target}`, `--target ${each.target}, or without it`),
      ),
    );
  const own = ALL_TARGET_OPTIONS.find((each) => each.target === chosen);
  const read = {
    ...(chosen === undefined ? {} : { target: chosen }),
    ...(own === undefined || used.length === 0 ? {} : { targetOptions: own.read(args) }),
  };
  return { read, problems: [...foreign, ...(own?.refuse?.(args) ?? [])] };
}
