import type { BuildOptions } from '../build-options.ts';
import { throwAll, type Problem } from '../errors.ts';
import { flag, list, text, type ParsedArguments } from './parsed-arguments.ts';
import { engineValue, imageValue, platformValue, pythonValue, timeoutValue, type Value } from './values.ts';

export interface RequestOptions {
  readonly args: ParsedArguments;
  /** Folder of the project where none was named. */
  readonly project: string;
  /** Overrides what was detected: the drop-ins know their target. */
  readonly target?: string;
  /** The drop-in calls it `--python-version`. */
  readonly pythonOption?: string;
  readonly targetOptions?: Readonly<Record<string, unknown>>;
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
  const request = {
    project: args.positional ?? options.project,
    target: options.target ?? text(args, 'target'),
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
    targetOptions: options.targetOptions,
  };
  throwAll(problems);
  return withoutUndefined(request);
}

/** Values of `--exclude a,b --exclude c`: `a`, `b`, `c`. */
export function commaList(args: ParsedArguments, name: string): readonly string[] {
  return list(args, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** "Not given" is an absent key, never `undefined`. */
function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
