import { ERROR_CODES, OvenbirdError, type ErrorCode, type Problem } from '../../errors.ts';
import type { ParsedArguments } from '../parsed-arguments.ts';
import { placeOf, toldOf, type Origin } from '../spelling.ts';

/** What an error without an option's name is about. */
const ABOUT: Partial<Record<ErrorCode, readonly string[]>> = {
  TARGET_UNKNOWN: ['target'],
  PYTHON_UNSUPPORTED: ['python', 'python-version'],
  OUTPUT_UNSAFE: ['output'],
  CA_BUNDLE_UNREADABLE: ['ca'],
};

/** As the engine's and the planners' errors name it. */
const OPTION = /--([a-z][a-z-]*)/g;

/**
 * Planners speak of options as if they had been typed. Where one came from the settings, the
 * error says so and where.
 */
export function retell(thrown: unknown, args: ParsedArguments): unknown {
  if (!(thrown instanceof OvenbirdError)) return thrown;
  const [first, ...rest] = thrown.problems;
  const retold = [retellProblem(first, args), ...rest.map((each) => retellProblem(each, args))] as const;
  if (thrown.problems.every((each, index) => each === retold[index])) return thrown;
  return new OvenbirdError(retold, thrown.cause === undefined ? {} : { cause: thrown.cause });
}

export function retellProblem(problem: Problem, { settings }: ParsedArguments): Problem {
  if (settings === undefined || settings.origins.size === 0 || problem.location) return problem;
  const { code, message } = problem;
  const [, option = '', secret] = /^(?:--([a-z][a-z-]*)|the secret (\S+))/.exec(message) ?? [];
  const subject = secret === undefined ? option : 'secret';
  const about = settings.origins.get(subject) ?? aboutOf(code, settings.origins);
  const named = message.replaceAll(OPTION, (given, name: string, at: number) => {
    const origin = settings.origins.get(name);
    if (origin === undefined) return given;
    return at === 0 || origin.location === undefined ? origin.name : `${origin.name} (${placeOf(origin)})`;
  });
  const detail = problem.detail?.replaceAll(
    OPTION,
    (given, name: string) => settings.origins.get(name)?.name ?? given,
  );
  const same = named === message && detail === problem.detail;
  const retold = same ? problem : { ...problem, message: named, ...(detail === undefined ? {} : { detail }) };
  if (about === undefined) return retold;
  // A variable has no line: its name stands in the message.
  const says =
    about.location === undefined && !named.includes(about.name) ? `${about.name}: ${named}` : named;
  const item = [...(about.itemLines?.keys() ?? [])].find((each) =>
    secret === undefined ? message.includes(JSON.stringify(each)) : each.split(',').includes(`id=${secret}`),
  );
  return toldOf(about, { ...retold, message: says }, item);
}

function aboutOf(code: ErrorCode, origins: ReadonlyMap<string, Origin>): Origin | undefined {
  if (ERROR_CODES[code] !== 'usage' && ERROR_CODES[code] !== 'input') return undefined;
  return (ABOUT[code] ?? []).map((name) => origins.get(name)).find((each) => each !== undefined);
}
