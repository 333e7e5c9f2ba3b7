import type { Problem } from '../../errors.ts';
import type { OptionSpec } from '../command.ts';
import { flag, list, usage, type ParsedArguments } from '../parsed-arguments.ts';
import { FLASH_OPTIONS } from './flash.ts';
import { JLSERVE_OPTIONS } from './jlserve.ts';
import { PYINSTALLER_OPTIONS } from './pyinstaller.ts';

/** The options that not every target has, and what they mean to it. */
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
export const ALL_TARGET_OPTIONS: readonly TargetOptions[] = [
  FLASH_OPTIONS,
  JLSERVE_OPTIONS,
  PYINSTALLER_OPTIONS,
];

/** The target that an option names because only that target has it. */
export function namedTarget(args: ParsedArguments): string | undefined {
  return givenOptions(args).find(({ targets }) => targets.length === 1)?.targets[0];
}

/** True when an option was given that some targets have, and none of them alone. */
export function usesShared(args: ParsedArguments): boolean {
  return givenOptions(args).some(({ targets }) => targets.length > 1);
}

interface GivenOption {
  readonly name: string;
  /** That have it. */
  readonly targets: readonly string[];
}

function givenOptions(args: ParsedArguments): readonly GivenOption[] {
  const names = new Set(ALL_TARGET_OPTIONS.flatMap(({ options }) => Object.keys(options)));
  return [...names]
    .filter((name) => flag(args, name) || list(args, name).length > 0)
    .map((name) => ({ name, targets: targetsWith(name) }));
}

function targetsWith(name: string): readonly string[] {
  const having = ALL_TARGET_OPTIONS.filter(({ options }) => Object.hasOwn(options, name));
  return having.map(({ target }) => target);
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
  const given = givenOptions(args);
  const chosen = target ?? namedTarget(args);
  const foreign = given
    .filter(({ targets }) => chosen !== undefined && !targets.includes(chosen))
    .map(({ name, targets }): Problem => {
      const whose = `the target${targets.length === 1 ? '' : 's'} ${targets.join(' and ')}`;
      const typed = targets.map((each) => `--target ${each}`).join(' or ');
      return usage(`--${name} belongs to ${whose}`, `${typed}, or without it`);
    });
  const own = ALL_TARGET_OPTIONS.find((each) => each.target === chosen);
  const read = {
    ...(chosen === undefined ? {} : { target: chosen }),
    ...(own === undefined || given.length === 0 ? {} : { targetOptions: own.read(args) }),
  };
  return { read, problems: [...foreign, ...(own?.refuse?.(args) ?? [])] };
}
