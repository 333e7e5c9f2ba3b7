import type { Problem } from '../../errors.ts';
import { nameProblem } from './executable-name.ts';
import type { MakespecOption, Takes } from './makespec.ts';

/** The rest of a sentence that begins with the option and its value, and what to type. */
type Mistake = readonly [says: string, example: string];

/**
 * `a.b.c`. Compiled packages have modules like `30fcd23745efe32ce681__mypyc`. PyInstaller writes
 * the name between quotes into a spec, which is Python: nothing else can be let in.
 */
export const MODULE_NAME =
  /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Pc}-]*(?:\.[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Pc}-]*)*$/u;

const DISTRIBUTION_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Words of https://pyinstaller.org/en/stable/spec-files.html#specifying-python-interpreter-options */
const PYTHON_OPTION = /^(?:v|verbose|u|unbuffered|O|optimize|[WX] [^\s].*|hash_seed=(?:random|\d{1,10}))$/;

/** Checks a value as far as it can be without the project. */
export function wrongValue(
  { name, takes, choices, value: shape }: MakespecOption,
  value: string,
): Problem | undefined {
  const refuse = ([says, example]: Mistake): Problem => ({
    code: 'USAGE',
    message: `--${name} ${JSON.stringify(value)} ${says}`,
    hint: `for example: --${name} ${example}`,
  });
  if (value === '')
    return { code: 'USAGE', message: `--${name} wants a value`, hint: `--${name} ${shape ?? 'VALUE'}` };
  // XML has lines; all else stands in one.
  const isXml = takes === 'manifest' && value.includes('<');
  if (value.includes('\0') || (!isXml && /\p{Cc}|\p{Cs}/u.test(value))) {
    return refuse(['has characters that cannot be shown', shape ?? 'VALUE']);
  }
  if (choices && !choices.includes(value)) {
    return refuse([`is none of: ${choices.join(', ')}`, choices[0] ?? '']);
  }
  const mistake = takes && checkOf(takes)?.(value);
  return mistake && refuse(mistake);
}

type Check = (value: string) => Mistake | undefined;

/** Paths wait until the project is known. */
function checkOf(takes: Takes): Check | undefined {
  switch (takes) {
    case 'module':
      return (value) => (MODULE_NAME.test(value) ? undefined : moduleMistake(value));
    case 'distribution':
      return (value) =>
        DISTRIBUTION_NAME.test(value) ? undefined : ['is not the name of a Python package', 'scikit-learn'];
    case 'python-option':
      return (value) =>
        PYTHON_OPTION.test(value) ? undefined : ['is none that an executable takes', '"X utf8=1"'];
    case 'folder-name':
      return (value) => {
        const says = value === '.' ? undefined : nameProblem(value);
        return says === undefined ? undefined : [says, '_internal'];
      };
    case 'file-name':
      return (value) =>
        /[/\\]/.test(value) ? ['is a path, not the name of a file', 'libx.so.1'] : undefined;
    case 'resource':
      return resourceMistake;
    default:
      return undefined;
  }
}

/** Only a program has resources with types and names of their own. */
function resourceMistake(value: string): Mistake | undefined {
  const [file = '', type, name, , more] = value.split(',');
  if (more !== undefined) return ['has more than a FILE, TYPE, NAME and LANGUAGE', `${file},TYPE,NAME`];
  if (/\.(?:exe|dll|pyd)$/i.test(file) || (isGiven(type) && isGiven(name))) return undefined;
  return ['says not what the resource is: its TYPE and NAME', `${file},DATA,SETTINGS`];
}

function isGiven(word: string | undefined): boolean {
  return word !== undefined && word !== '' && word !== '*';
}

function moduleMistake(value: string): Mistake {
  const [first = '', ...rest] = value.split(',').map((each) => each.trim());
  if (rest.length > 0 && [first, ...rest].every((each) => MODULE_NAME.test(each))) {
    return ['names several modules: give the option for each', first];
  }
  if (/[/\\]|\.py$/.test(value)) return ['is a path, not the name of a module', 'package.module'];
  return ['is not the name of a module', 'package.module'];
}
