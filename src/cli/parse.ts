import yargs, { type Argv, type Options } from 'yargs';
import { OvenbirdError, type Problem } from '../errors.ts';
import type { Command, OptionSpec } from './command.ts';
import { joinDashValues } from './dash-values.ts';
import { nearest } from '../nearest.ts';
import { usage, type OptionValue, type ParsedArguments } from './parsed-arguments.ts';
import { typed } from './spelling.ts';
import { choiceProblem } from './values.ts';

export interface Parsed {
  readonly command: Command;
  readonly args: ParsedArguments;
}

export interface ParseOptions {
  /** As the user types it: `ovenbird`, `flash`. */
  readonly scriptName: string;
  readonly commands: readonly Command[];
  readonly argv: readonly string[];
}

/** yargs guesses numbers, nested objects and negations; a version like 3.10 must stay text. */
const PARSER = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;

/**
 * Reads a command line.
 * @throws OvenbirdError `USAGE` with everything that is wrong with it
 */
export async function parseCommandLine(options: ParseOptions): Promise<Parsed> {
  let complaint: string | undefined;
  // Not as the callback of parse(): for that one yargs also writes a help text, whatever is wrong.
  const parser = makeParser(options).fail((message) => {
    complaint = message;
  });
  const raw: Record<string, unknown> = await parser.parse(joinDashValues(options.argv, options.commands));
  const positionals = (raw['_'] as readonly string[] | undefined)?.map(String) ?? [];
  const [name, ...extra] = positionals;
  const command = options.commands.find((each) => each.name === name);
  if (command === undefined) throw unknownCommand(name, options);
  const problems = complaint === undefined ? [] : [missingValue(complaint, options, command)];
  problems.push(...unknownOptions(raw, command, options), ...badValues(raw, command));
  if (extra.length > 0) {
    const hint = `${options.scriptName} ${command.name} --help`;
    problems.push(usage(`${command.name} does not take the argument "${extra.join(' ')}"`, hint));
  }
  const [first, ...rest] = problems;
  if (first) throw new OvenbirdError([first, ...rest]);
  return { command, args: collect(raw, command) };
}

/** Help is ours (see help.ts): yargs only parses. */
function makeParser({ scriptName, commands }: ParseOptions): Argv {
  const parser = yargs()
    .scriptName(scriptName)
    .detectLocale(false)
    .exitProcess(false)
    .parserConfiguration(PARSER)
    .version(false)
    .help(false);
  for (const command of commands) {
    const { positional } = command;
    parser.command(
      positional ? `${command.name} [${positional.name}]` : command.name,
      command.describe,
      (builder) => describeCommand(builder, command),
      () => undefined,
    );
  }
  return parser;
}

function describeCommand(builder: Argv, command: Command): Argv {
  const { positional } = command;
  if (positional) builder.positional(positional.name, { type: 'string', describe: positional.describe });
  for (const [name, spec] of Object.entries(command.options)) builder.option(name, yargsOption(spec));
  return builder;
}

function yargsOption(spec: OptionSpec): Options {
  return {
    type: spec.type,
    requiresArg: spec.type === 'string',
    // From yargs' own help, which it lays out for every command that it has parsed.
    hidden: true,
    ...(aliasesOf(spec).length === 0 ? {} : { alias: aliasesOf(spec) }),
  };
}

function aliasesOf({ alias, aliases = [] }: OptionSpec): string[] {
  return [...(alias === undefined ? [] : [alias]), ...aliases];
}

function unknownCommand(name: string | undefined, { scriptName, commands }: ParseOptions): OvenbirdError {
  const names = commands.map((each) => each.name);
  if (name === undefined) {
    return new OvenbirdError([
      usage(
        'which command?',
        `${names.map((each) => `${scriptName} ${each}`).join(', ')}; ${scriptName} --help`,
      ),
    ]);
  }
  const meant = nearest(name, [...names, 'flash', 'jlserve', 'fazt']);
  const hint = meant === undefined ? `${scriptName} --help` : `did you mean: ${scriptName} ${meant}`;
  return new OvenbirdError([usage(`there is no command "${name}"`, hint)]);
}

/** The only complaint left to yargs: "Not enough arguments following: python". */
function missingValue(complaint: string, { scriptName }: ParseOptions, command: Command): Problem {
  const name = /following: (\S+)$/.exec(complaint)?.[1];
  if (name === undefined) return usage(complaint, `${scriptName} ${command.name} --help`);
  const long = Object.entries(command.options).find(
    ([key, spec]) => key === name || aliasesOf(spec).includes(name),
  );
  const [key, spec] = long ?? [name, undefined];
  const sign = spec?.dashes ? '=' : ' ';
  return usage(`--${key} wants a value`, `--${key}${sign}${spec?.value ?? 'VALUE'}`);
}

function unknownOptions(
  raw: Record<string, unknown>,
  command: Command,
  { scriptName }: ParseOptions,
): Problem[] {
  const specs = Object.entries(command.options);
  const names = specs.flatMap(([name, spec]) => [name, ...aliasesOf(spec)]);
  const expected = new Set(['_', '$0', '--', command.positional?.name, ...names]);
  const shown = specs.flatMap(([name, spec]) => (spec.hidden ? [] : [name]));
  return Object.keys(raw)
    .filter((key) => !expected.has(key))
    .map((key) => {
      const meant = nearest(key, shown);
      const hint = meant === undefined ? `${scriptName} ${command.name} --help` : `did you mean: --${meant}`;
      return usage(`there is no option ${key.length === 1 ? '-' : '--'}${key}`, hint);
    });
}

function badValues(raw: Record<string, unknown>, command: Command): Problem[] {
  return Object.entries(command.options).flatMap(([name, spec]) => {
    const value = raw[name];
    if (Array.isArray(value) && !spec.repeatable) {
      return [usage(`--${name} was given ${value.length} times`, `give --${name} once`)];
    }
    if (value === '' && !spec.mayBeEmpty)
      return [usage(`--${name} wants a value`, `--${name} ${spec.value ?? 'VALUE'}`)];
    if (spec.choices === undefined || typeof value !== 'string') return [];
    return choiceProblem(value, spec.choices, typed(name)) ?? [];
  });
}

function collect(raw: Record<string, unknown>, command: Command): ParsedArguments {
  const options = new Map<string, OptionValue>();
  for (const name of Object.keys(command.options)) {
    const value = raw[name];
    if (typeof value === 'string' || typeof value === 'boolean') options.set(name, value);
    if (Array.isArray(value)) options.set(name, value.map(String));
  }
  const positional = command.positional && raw[command.positional.name];
  return {
    command: command.name,
    positional: typeof positional === 'string' ? positional : undefined,
    options,
  };
}
