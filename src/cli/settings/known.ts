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

/** The options that may come from a file, or from variables, less those that are only refused. */
export const FILE_KEYS = [...KNOWN]
  .filter(([, { typedOnly, notInFile, hidden }]) => !typedOnly && !notInFile && !hidden)
  .map(([key]) => key);
export const VARIABLE_KEYS = [...KNOWN]
  .filter(([, { typedOnly, hidden }]) => !typedOnly && !hidden)
  .map(([key]) => key);

export const TARGETS = ALL_TARGET_OPTIONS.map(({ target }) => target);

/** What an option is called here: `python-version` of another command is `python`, an alias has a name. */
export function keyOfOption(name: string): string | undefined {
  const elsewhere = [flashBuild, jlserveBuild].flatMap(({ options }) => options[name]?.key ?? [])[0];
  return elsewhere ?? [...KNOWN].find(([, { aliases }]) => aliases?.includes(name))?.[0];
}

/** The targets that have an option. */
export function targetsOf(key: string): readonly string[] {
  const own = ALL_TARGET_OPTIONS.filter(({ options }) => Object.hasOwn(options, key));
  const having = own.length > 0 ? own : ALL_TARGET_OPTIONS.filter(({ lacks }) => !lacks?.includes(key));
  return having.map(({ target }) => target);
}
