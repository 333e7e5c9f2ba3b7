import type { Warning } from '../../events.ts';
import type { OptionSpec } from '../command.ts';
import { nearest } from '../../nearest.ts';
import type { OptionValue } from '../parsed-arguments.ts';
import type { Origin } from '../spelling.ts';
import { settingsProblem, type FoundSetting, type FoundSettings } from './found.ts';
import { keyOfOption, KNOWN, VARIABLE_KEYS } from './known.ts';

const PREFIX = 'OVENBIRD_';

/** Ours, and no options: a password, what we and our steps tell each other, and what the tests are told. */
const OTHERS = /^OVENBIRD_(?:SIGN_PASSWORD|DEBUG|HANDOVER|ROOT|UV|BED|EDITS|TEST_.*)$/;

const YES = ['1', 'true', 'yes', 'on'];
const NO = ['', '0', 'false', 'no', 'off'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The options in `OVENBIRD_*` variables. One that is no option may be somebody else's, so it
 * breaks nothing; where it is nearly one of ours, that is worth a warning.
 */
export function readVariables(env: Environment): FoundSettings & { readonly warnings: readonly Warning[] } {
  const names = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !OTHERS.test(name))
    .sort();
  const read = names.map((name) => readVariable(name, env[name] ?? ''));
  return {
    found: read.flatMap(({ found }) => found ?? []),
    problems: read.flatMap(({ problem }) => problem ?? []),
    warnings: read.flatMap(({ warning }) => warning ?? []),
  };
}

interface ReadVariable {
  readonly found?: FoundSetting;
  readonly problem?: FoundSettings['problems'][number];
  readonly warning?: Warning;
}

function readVariable(name: string, text: string): ReadVariable {
  const key = keyOf(name);
  const spec = KNOWN.get(key);
  if (spec?.typedOnly !== undefined) {
    return { warning: ignored(name, `--${key} is for the command line alone, as ${spec.typedOnly}`) };
  }
  if (spec === undefined) {
    const meant = keyOfOption(key) ?? nearest(key, VARIABLE_KEYS);
    if (meant === undefined) return {};
    return { warning: ignored(name, 'there is no such option', `did you mean: ${variableOf(meant)}`) };
  }
  const origin: Origin = {
    key,
    source: 'the environment',
    name,
    write: (value) => `${name}=${/^[\w./:@,=+-]*$/.test(value) ? value : `'${value}'`}`,
  };
  const value = spec.type === 'boolean' ? switchOf(text) : textOf(text, spec);
  if (value !== undefined) return { found: { key, value, origin } };
  // As everywhere, an empty variable is as good as none.
  if (spec.type === 'string') return {};
  const message = `${name} is neither yes nor no: ${JSON.stringify(text)}`;
  return { problem: settingsProblem(message, `${name}=1, or ${name}=0`) };
}

export function variableOf(key: string): string {
  return `${PREFIX}${key.replaceAll('-', '_').toUpperCase()}`;
}

function keyOf(variable: string): string {
  return variable.slice(PREFIX.length).toLowerCase().replaceAll('_', '-');
}

function switchOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
}

/** Of a repeatable option, its values: with commas or line breaks between. */
function textOf(text: string, { repeatable, holdsCommas }: OptionSpec): OptionValue | undefined {
  if (text.trim() === '') return undefined;
  if (!repeatable) return text;
  const items = text.split(holdsCommas ? /\r?\n/ : /,|\r?\n/).map((each) => each.trim());
  return items.filter((each) => each !== '');
}

function ignored(name: string, why: string, hint = `unset ${name}`): Warning {
  return {
    type: 'warning',
    code: 'SETTING_IGNORED',
    message: `the variable ${name} changes nothing: ${why}`,
    hint,
  };
}
