import type { BuildOptions } from '../build-options.ts';
import { throwAll, type Problem } from '../errors.ts';
import { flag, list, text, type ParsedArguments } from './parsed-arguments.ts';
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
  const problems: Problem[] = [];
  const read = <T>(name: string, check: (value: string) => Value<T>): T | undefined => {
    const given = text(args, name);
    if (given === undefined) return undefined;
    const checked = check(given);
    if ('value' in checked) return checked.value;
    problems.push(checked.problem);
    return undefined;
  };
  const secrets = list(args, 'secret').flatMap((given) => {
    const checked = secretValue(given);
    if ('value' in checked) return [checked.value];
    problems.push(checked.problem);
    return [];
  });
  const request = {
    project: args.positional ?? options.project,
    platform: read('platform', platformValue),
    python: read(pythonOption, (value) => pythonValue(value, `--${pythonOption}`)),
    base: read('base', imageValue),
    output: text(args, 'output'),
    timeoutMs: read('timeout', timeoutValue),
    engine: read('engine', engineValue),
    caFile: text(args, 'ca'),
    noCache: flag(args, 'no-cache'),
    rebuild: flag(args, 'rebuild'),
    verify: !flag(args, 'no-verify'),
    secrets: secrets.length === 0 ? undefined : secrets,
    ...readTargetOptions(args, options.target ?? text(args, 'target')),
  };
  throwAll(problems);
  return withoutUndefined(request);
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** "Not given" is an absent key, never `undefined`. */
function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
