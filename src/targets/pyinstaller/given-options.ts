import type { Problem } from '../../errors.ts';
import { MAKESPEC_OPTIONS, type MakespecOption } from './makespec.ts';
import { IDLE_OPTIONS, REFUSED_OPTIONS } from './refused.ts';
import { wrongValue } from './option-values.ts';

/** One option of PyInstaller's as it was given. */
export interface GivenOption {
  readonly option: MakespecOption;
  /** `''` of a switch. */
  readonly value: string;
}

/**
 * Reads a list of PyInstaller's own options: `['--add-data', 'a:b', '--uac-admin']`,
 * `['--add-data=a:b']`. Their values are checked as far as they can be without the project.
 */
export function readGivenOptions(list: readonly string[]): {
  readonly given: readonly GivenOption[];
  readonly problems: readonly Problem[];
} {
  const given: GivenOption[] = [];
  const problems: Problem[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const word = list[index] ?? '';
    const [, name = '', joined] = /^--?([A-Za-z][\w-]*)(?:=([^]*))?$/.exec(word) ?? [];
    const { option, refused, idle } = findOption(name);
    const spec = option ?? refused ?? idle;
    if (!spec) {
      problems.push(wrong(`${JSON.stringify(word)} is no option of PyInstaller that a build takes`));
      continue;
    }
    const takesNext = spec.value !== undefined && joined === undefined;
    if (takesNext) index += 1;
    const value = takesNext ? (list[index] ?? '') : (joined ?? '');
    if (refused) problems.push(refusal(refused.name, refused.why, refused.instead(value)));
    if (option) {
      const what = mistake({ option, value }, given);
      if (what) problems.push(what);
      else given.push({ option, value });
    }
  }
  return { given, problems: [...problems, ...contradiction(given)] };
}

function findOption(name: string) {
  const has = (each: { readonly name: string; readonly aliases?: readonly string[] }): boolean =>
    each.name === name || (each.aliases?.includes(name) ?? false);
  return {
    option: MAKESPEC_OPTIONS.find(has),
    refused: REFUSED_OPTIONS.find(has),
    idle: IDLE_OPTIONS.find(has),
  };
}

function mistake({ option, value }: GivenOption, before: readonly GivenOption[]): Problem | undefined {
  const { name, repeatable } = option;
  if (option.value === undefined) {
    return value === '' ? undefined : wrong(`--${name} is a switch, and takes no value`, `--${name}`);
  }
  if (!repeatable && before.some((each) => each.option === option)) {
    return wrong(`--${name} was given several times`, `give --${name} once`);
  }
  return wrongValue(option, value);
}

function contradiction(given: readonly GivenOption[]): Problem[] {
  const names = new Set(given.map(({ option }) => option.name));
  if (!names.has('console') || !names.has('windowed')) return [];
  return [wrong('--console and --windowed together: an executable has a console or none', 'leave one out')];
}

function refusal(name: string, why: string, instead: string): Problem {
  return wrong(`--${name} ${why}`, instead);
}

function wrong(message: string, hint = 'ovenbird build --help'): Problem {
  return { code: 'USAGE', message, hint };
}
