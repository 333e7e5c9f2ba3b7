import type { BuildOptions } from '../build-options.ts';
import { throwAll, type Problem } from '../errors.ts';
import { flag, list, text, type ParsedArguments } from './parsed-arguments.ts';
import { retellProblem } from './settings/retell.ts';
import { placeOf, toldOf, typed, type Spelling } from './spelling.ts';
import { readTargetOptions } from './target-options/target-options.ts';
import {
  engineValue,
  imageValue,
  platformValue,
  pythonValue,
  secretValue,
  timeoutValue,
  type Value,
} from './values.ts';

export interface RequestOptions {
  readonly args: ParsedArguments;
  /** Folder of the project where none was named. */
  readonly project: string;
  /** Overrides what was detected: the drop-ins know their target. */
  readonly target?: string;
  /** The drop-in calls it `--python-version`. */
  readonly pythonOption?: string;
}

/**
 * What the library is asked for, from the arguments of any command that plans or builds.
 * @throws OvenbirdError `USAGE` with every bad value
 */
export function buildRequest(options: RequestOptions): BuildOptions {
  const { args, pythonOption = 'python' } = options;
  const problems: Problem[] = [...(args.settings?.problems ?? [])];
  const read = <T>(name: string, check: (value: string, as: Spelling) => Value<T>): T[] =>
    list(args, name).flatMap((given) => {
      const origin = args.settings?.origins.get(name);
      const checked = check(given, origin ?? typed(name));
      if ('value' in checked) return [checked.value];
      problems.push(toldOf(origin, checked.problem, given));
      return [];
    });
  const secrets = read('secret', secretValue);
  const target = readTargetOptions(args, options.target ?? text(args, 'target'));
  problems.push(...target.problems);
  const request = {
    project: args.positional ?? options.project,
    platform: read('platform', platformValue)[0],
    python: read(pythonOption, pythonValue)[0],
    base: read('base', imageValue)[0],
    output: text(args, 'output'),
    timeoutMs: read('timeout', timeoutValue)[0],
    engine: read('engine', engineValue)[0],
    caFile: text(args, 'ca'),
    noCache: flag(args, 'no-cache'),
    rebuild: flag(args, 'rebuild'),
    verify: !flag(args, 'no-verify'),
    secrets: secrets.length === 0 ? undefined : secrets,
    ...target.read,
    origins: originsOf(args),
  };
  throwAll(problems.map((each) => retellProblem(each, args)));
  return withoutUndefined(request);
}

/** For the plan's reasons, by the names that settings have. */
function originsOf({ settings }: ParsedArguments): BuildOptions['origins'] {
  if (settings === undefined || settings.origins.size === 0) return undefined;
  return Object.fromEntries(
    [...settings.origins.values()].map((each) => [
      each.key,
      { source: each.source, name: each.name, place: placeOf(each) },
    ]),
  );
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** "Not given" is an absent key, never `undefined`. */
function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
