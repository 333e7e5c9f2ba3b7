import { OvenbirdError, type Problem } from '../../errors.ts';
import type { Command } from '../command.ts';
import type { CliContext } from '../context.ts';
import { text, type OptionValue, type ParsedArguments } from '../parsed-arguments.ts';
import { toldOf, type Origin } from '../spelling.ts';
import { namedTarget, usesShared } from '../target-options/target-options.ts';
import { choiceProblem } from '../values.ts';
import { readSettingsTable } from './file.ts';
import type { FoundSetting, FoundSettings } from './found.ts';
import { fromFile } from './from-file.ts';
import { TARGETS, targetsOf } from './known.ts';
import { placePaths } from './paths.ts';
import { settingsFolder } from './project-folder.ts';
import { readVariables } from './variables.ts';

export interface ApplySettings {
  readonly command: Command;
  readonly args: ParsedArguments;
  readonly context: CliContext;
}

/**
 * Fills in the options that were not typed: from `OVENBIRD_*` variables, else from the file of
 * the project that is built. What is wrong with these is not thrown but kept with the arguments,
 * so that it is told together with what else is wrong.
 */
export async function applySettings(options: ApplySettings): Promise<ParsedArguments> {
  const { command, args, context } = options;
  const { settings: scope } = command;
  if (scope === undefined) return args;
  const variables = readVariables(context.env);
  const { root, file } = await readProject(options, variables);
  const keys = new Set(Object.entries(command.options).map(([name, { key = name }]) => key));
  // What the command does not take is for other commands.
  const all = [...file.found, ...variables.found].filter(({ key }) => keys.has(key));
  const target = await targetOf(all, options);
  const placed = all.filter((each) => isFor(each, target)).map((each) => placePaths(each, root, target));
  // Later ones win: the file's own keys, the target's table, the variables.
  const settled = optionsOf(command, sorted(placed.flatMap(({ found }) => found)));
  const problems: Problem[] = [
    ...file.problems,
    ...placed.flatMap((each) => each.problems),
    ...variables.problems,
  ];
  const values = new Map<string, OptionValue>(args.options);
  const origins = new Map<string, Origin>();
  for (const [name, { value, origin }] of settled) {
    // A typed option that only one target has chose the target.
    const isChosen = name === 'target' && value !== target;
    if (values.has(name) || isChosen) continue;
    const choices = command.options[name]?.choices;
    const wrong = choices && typeof value === 'string' && choiceProblem(value, choices, origin);
    if (wrong) problems.push(toldOf(origin, wrong));
    values.set(name, value);
    origins.set(name, origin);
  }
  const settings = { origins, problems, warnings: variables.warnings };
  const settledArgs = { ...args, options: values, settings };
  // An option of several targets does not say whose it is.
  if (target !== undefined && 'target' in command.options && usesShared(settledArgs))
    values.set('target', target);
  return settledArgs;
}

/** The project's folder, and the settings in it: where a file is named, both depend on each other. */
async function readProject(
  { command, args, context }: ApplySettings,
  variables: FoundSettings,
): Promise<{ readonly root: string; readonly file: FoundSettings }> {
  const none = { found: [], problems: [] };
  const { settings: scope } = command;
  const folders = settingsFolder(args.positional, context.cwd);
  const known = scope?.target ?? text(args, 'target') ?? namedTarget(args) ?? targetIn(variables);
  const root = known === 'pyinstaller' ? folders.executable : folders.own;
  if (!scope?.file) return { root, file: none };
  const file = await readProjectFile(root);
  if (known !== undefined || file.found.length + file.problems.length > 0 || folders.executable === root) {
    return { root, file };
  }
  const outer = await readProjectFile(folders.executable);
  return targetIn(outer) === 'pyinstaller' ? { root: folders.executable, file: outer } : { root, file };
}

function targetIn({ found }: FoundSettings): string | undefined {
  const value = found.findLast(({ key }) => key === 'target')?.value;
  return typeof value === 'string' ? value : undefined;
}

async function readProjectFile(root: string): Promise<FoundSettings> {
  const { settings, problems } = await readSettingsTable(root);
  if (settings === undefined) return { found: [], problems };
  const read = fromFile(settings);
  return { found: read.found, problems: [...problems, ...read.problems] };
}

/**
 * What will be built, where a setting depends on it: settings themselves never choose, but by
 * `target`.
 */
async function targetOf(
  found: readonly FoundSetting[],
  { command, args, context }: ApplySettings,
): Promise<string | undefined> {
  const known = command.settings?.target ?? text(args, 'target') ?? namedTarget(args);
  if (known !== undefined || !('target' in command.options)) return known;
  const set = targetIn({ found, problems: [] });
  if (set !== undefined) return set;
  if (!found.some(dependsOnTarget) && !usesShared(args)) return undefined;
  const { detectTarget } = await context.loadBuilder();
  try {
    return await detectTarget({ project: args.positional ?? context.cwd, environment: context.env });
  } catch (thrown) {
    // The build will say the same.
    if (thrown instanceof OvenbirdError) return undefined;
    throw thrown;
  }
}

function dependsOnTarget({ key, target, origin }: FoundSetting): boolean {
  const isPlaced = key === 'output' && origin.location !== undefined;
  return target !== undefined || isPlaced || targetsOf(key).length < TARGETS.length;
}

function isFor({ key, target: table }: FoundSetting, target: string | undefined): boolean {
  if (target === undefined) return table === undefined && targetsOf(key).length === TARGETS.length;
  return (table ?? target) === target && (targetsOf(key).includes(target) || !TARGETS.includes(target));
}

function sorted(found: readonly FoundSetting[]): readonly FoundSetting[] {
  return found.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ origin, target }: FoundSetting): number {
  if (origin.location === undefined) return 2;
  return target === undefined ? 0 : 1;
}

/** By the names that the command has for them. */
function optionsOf(command: Command, found: readonly FoundSetting[]): ReadonlyMap<string, FoundSetting> {
  const byKey = new Map(found.map((each) => [each.key, each]));
  return new Map(
    Object.entries(command.options).flatMap(([name, spec]) => {
      const setting = byKey.get(spec.key ?? name);
      return setting === undefined ? [] : [[name, setting] as const];
    }),
  );
}
