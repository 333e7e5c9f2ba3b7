import type { Command, OptionSpec } from '../command.ts';
import { COMMANDS } from '../commands/index.ts';
import { flashBuild } from '../drop-in/flash-build.ts';
import { jlserveBuild } from '../drop-in/jlserve-build.ts';
import { ALL_TARGET_OPTIONS } from '../target-options/target-options.ts';

/** Every option of every command by the name that settings have for it, the first to have it. */
export const KNOWN: ReadonlyMap<string, OptionSpec> = known([...COMMANDS, flashBuild, jlserveBuild]);

function known(commands: readonly Command[]): ReadonlyMap<string, OptionSpec> {
  const specs = new Map<string, OptionSpec>();
  for (const { options } of commands) {
    for (const [name, spec] of Object.entries(options)) {
      const key = spec.key ?? name;
      if (!specs.has(key)) specs.set(key, spec);
    }
  }
  return specs;
}

/** The options that may come from a file, or from variables. */
export const FILE_KEYS = [...KNOWN]
  .filter(([, { typedOnly, notInFile }]) => typedOnly === undefined && notInFile === undefined)
  .map(([key]) => key);
export const VARIABLE_KEYS = [...KNOWN]
  .filter(([, { typedOnly }]) => typedOnly === undefined)
  .map(([key]) => key);

export const TARGETS = ALL_TARGET_OPTIONS.map(({ target }) => target);

/** What an option is called on another command: `python-version` is `python` here. */
export function keyOfOption(name: string): string | undefined {
  return [flashBuild, jlserveBuild].flatMap(({ options }) => options[name]?.key ?? [])[0];
}

/** The targets that have an option. */
export function targetsOf(key: string): readonly string[] {
  const own = ALL_TARGET_OPTIONS.filter(({ options }) => Object.hasOwn(options, key));
  const having = own.length > 0 ? own : ALL_TARGET_OPTIONS.filter(({ lacks }) => !lacks?.includes(key));
  return having.map(({ target }) => target);
}
