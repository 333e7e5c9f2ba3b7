import yargs, { type Argv, type Options } from 'yargs';
import type { Command, OptionSpec } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { PROGRAMS } from './context.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Prints the script that makes a shell ask us for completions. */
export function printCompletionScript(shell: (typeof SHELLS)[number]): void {
  // yargs has no other way to be told which shell.
  process.env['SHELL'] = shell;
  ourCommands([]).showCompletionScript();
}

/** @param argv the question of the script: its option and the words typed so far */
export async function printCompletions(argv: readonly string[]): Promise<void> {
  await ourCommands(argv).parseAsync();
}

/** What yargs has to know of us: names, and values to choose from. We parse without it. */
function ourCommands(argv: readonly string[]): Argv {
  const parser = yargs(argv)
    .scriptName('ovenbird')
    .parserConfiguration({ 'boolean-negation': false, 'camel-case-expansion': false })
    .version(false)
    .help()
    .exitProcess(false);
  for (const command of COMMANDS) {
    parser.command(command.name, command.describe, (each) => each.options(optionsOf(command)));
  }
  for (const name of PROGRAMS) {
    // What follows its name is for that program to complete.
    if (name !== 'ovenbird') parser.command(name, `What ${name} does`);
  }
  return parser;
}

function optionsOf({ options }: Command): Record<string, Options> {
  return Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, optionOf(spec)]));
}

/** Without its aliases: nobody presses tab for a letter. */
function optionOf({ type, describe, choices, hidden = false }: OptionSpec): Options {
  return { type, describe, hidden, ...(choices === undefined ? {} : { choices }) };
}
