import yargsParser, { type Options } from 'yargs-parser';
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

/** It guesses numbers, nested objects and negations; a version like 3.10 must stay text. */
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
 * Reads a command line. By yargs' own parser and without the rest of yargs, which takes
 * 45 ms to load and is here for completions only (completion.ts).
 * @throws OvenbirdError `USAGE` with everything that is wrong with it
 */
export function parseCommandLine(options: ParseOptions): Parsed {
  const { commands, scriptName } = options;
  const argv = joinDashValues(options.argv, commands);
  // First without any options: which ones there are depends on the command.
  const [name] = positionalsOf(yargsParser(argv, { configuration: PARSER }));
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw unknownCommand(name, options);
  const { argv: raw, error } = yargsParser.detailed(argv, parserOptions(command));
  const [, ...words] = positionalsOf(raw);
  const positional = command.positional && words.shift();
  const problems = error === null ? [] : [missingValue(error.message, options, command)];
  problems.push(...unknownOptions(raw, command, options), ...badValues(raw, command));
  if (words.length > 0) {
    const hint = `${scriptName} ${command.name} --help`;
    problems.push(usage(`${command.name} does not take the argument "${words.join(' ')}"`, hint));
  }
  const [first, ...rest] = problems;
  if (first) throw new OvenbirdError([first, ...rest]);
  return { command, args: { command: command.name, positional, options: valuesOf(raw, command) } };
}

function positionalsOf({ _: words }: { readonly _: readonly (string | number)[] }): string[] {
  return words.map(String);
}

function parserOptions({ options }: Command): Options {
  const specs = Object.entries(options);
  const ofType = (wanted: OptionSpec['type']): string[] =>
    specs.filter(([, { type }]) => type === wanted).map(([name]) => name);
  return {
    configuration: PARSER,
    alias: Object.fromEntries(specs.map(([name, spec]) => [name, aliasesOf(spec)])),
    boolean: ofType('boolean'),
    string: ofType('string'),
    // One value or several, but never none.
    narg: Object.fromEntries(ofType('string').map((name) => [name, Number.NaN])),
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

/** The parser's only complaint: "Not enough arguments following: python". */
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
  const expected = new Set(['_', ...names]);
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

function valuesOf(raw: Record<string, unknown>, command: Command): Map<string, OptionValue> {
  const values = new Map<string, OptionValue>();
  for (const name of Object.keys(command.options)) {
    const value = raw[name];
    if (typeof value === 'string' || typeof value === 'boolean') values.set(name, value);
    if (Array.isArray(value)) values.set(name, value.map(String));
  }
  return values;
}
