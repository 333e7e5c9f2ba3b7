import type { Location, Problem } from '../../errors.ts';
import { tomlEntries, type TomlEntry } from '../../project/toml-entries.ts';
import type { OptionSpec } from '../command.ts';
import { nearest } from '../../nearest.ts';
import type { Origin } from '../spelling.ts';
import { isTable, type SettingsTable } from './file.ts';
import { settingsProblem, type FoundSetting, type FoundSettings } from './found.ts';
import { FILE_KEYS, keyOfOption, KNOWN, TARGETS, targetsOf } from './known.ts';
import { variableOf } from './variables.ts';

/** So many problems are shown; a file with more is another file under this name. */
const MOST = 20;

/**
 * The options in a file's table, and of every target in a table of its name. All of them are
 * looked at, whatever is built: a mistake is told by the next command, not by the one after.
 */
export function fromFile(settings: SettingsTable): FoundSettings {
  const entries = tomlEntries(settings.text);
  const { found: settled, problems: unsorted } = readTable(settings, entries, undefined);
  const problems = unsorted.toSorted((a, b) => (a.location?.line ?? 0) - (b.location?.line ?? 0));
  if (problems.length <= MOST) return { found: settled, problems };
  const more = settingsProblem(
    `${problems.length - MOST} more mistakes in ${settings.file}`,
    'correct these first',
    { file: settings.file },
  );
  return { found: settled, problems: [...problems.slice(0, MOST), more] };
}

type Read = { readonly found: FoundSetting[]; readonly problems: Problem[] };

function readTable(settings: SettingsTable, entries: readonly TomlEntry[], target: string | undefined): Read {
  const read: Read = { found: [], problems: [] };
  const table = target === undefined ? settings.table : settings.table[target];
  if (!isTable(table)) return read;
  const path = [...settings.path, ...(target === undefined ? [] : [target])];
  for (const [key, value] of Object.entries(table)) {
    if (target === undefined && TARGETS.includes(key) && isTable(value)) {
      const own = readTable(settings, entries, key);
      read.found.push(...own.found);
      read.problems.push(...own.problems);
      continue;
    }
    const entry = entryOf(entries, [...path, key]);
    const location = { file: settings.file, ...(entry === undefined ? {} : { line: entry.line }) };
    const spec = KNOWN.get(key);
    const wrong =
      wrongKey({ key, spec, target, isTable: isTable(value) }) ??
      (spec && wrongValue(key, value, spec, entry?.raw));
    if (wrong) read.problems.push({ ...wrong, location });
    else read.found.push(found({ key, value, location, entry, target, settings }));
  }
  return read;
}

/** The entry that sets a key; of a table, the first one in it. */
function entryOf(entries: readonly TomlEntry[], path: readonly string[]): TomlEntry | undefined {
  const same = (entry: TomlEntry): boolean => {
    const length = Math.min(entry.path.length, path.length);
    return path.slice(0, length).every((part, index) => part === entry.path[index]);
  };
  const exact = entries.find((entry) => entry.path.length === path.length && same(entry));
  return exact ?? entries.find(same);
}

interface NamedKey {
  readonly key: string;
  readonly spec: OptionSpec | undefined;
  /** Whose table it stands in. */
  readonly target: string | undefined;
  /** It is the name of a table itself. */
  readonly isTable: boolean;
}

function wrongKey({ key, spec, target, isTable: isATable }: NamedKey): Problem | undefined {
  const where = target === undefined ? '' : ` of [${target}]`;
  if (target === undefined && TARGETS.includes(key)) {
    return settingsProblem(`${key} is the name of a table`, `[${key}], and a line for each option`);
  }
  if (spec === undefined) {
    const names = target === undefined ? [...FILE_KEYS, ...TARGETS] : FILE_KEYS;
    const meant = keyOfOption(key) ?? nearest(key, names);
    const isTableName = meant !== undefined && TARGETS.includes(meant);
    const shown = isTableName ? `[${meant}]` : meant;
    const hint =
      meant === undefined
        ? `one of: ${[...FILE_KEYS, ...(target === undefined ? TARGETS.map((each) => `[${each}]`) : [])].join(', ')}`
        : `did you mean: ${shown}`;
    const what = isATable ? `table [${shownKey(key)}]` : `option ${shownKey(key)}`;
    return settingsProblem(`there is no ${what}${where}`, hint);
  }
  if (spec.typedOnly !== undefined) {
    const message = `${key} cannot stand in a file: ${spec.typedOnly}`;
    return settingsProblem(message, `type it: --${key}`);
  }
  if (spec.notInFile !== undefined) {
    const value = spec.type === 'boolean' ? '1' : (spec.value ?? 'VALUE');
    const message = `${key} cannot stand in a file: ${spec.notInFile}`;
    return settingsProblem(
      message,
      spec.instead ?? `type it, --${key}, or set the variable ${variableOf(key)}=${value}`,
    );
  }
  if (target === undefined) return undefined;
  if (key === 'target')
    return settingsProblem(`target${where} says nothing`, `target = "${target}", above all tables`);
  const targets = targetsOf(key);
  if (targets.includes(target)) return undefined;
  const others = targets.map((each) => `[${each}]`).join(' or ');
  return settingsProblem(
    `${key} is not an option of ${target} builds`,
    `move it to ${others}, or leave it out`,
  );
}

function wrongValue(key: string, value: unknown, spec: OptionSpec, raw = ''): Problem | undefined {
  const name = spec.value ?? 'VALUE';
  const example = write(key, spec.repeatable ? examples(spec) : name, spec);
  if (isTable(value)) return settingsProblem(`${key} is an option, not a table`, example);
  if (spec.type === 'boolean') {
    if (typeof value === 'boolean') return undefined;
    return settingsProblem(`${key} is neither true nor false: ${raw}`, `${key} = true`);
  }
  if (Array.isArray(value)) {
    if (!spec.repeatable) return settingsProblem(`${key} takes one value, not a list`, example);
    if (value.every((each) => typeof each === 'string' && each.trim() !== '')) return undefined;
    return settingsProblem(`${key} takes a list of texts, each in quotes: ${short(raw)}`, example);
  }
  if (typeof value === 'string' && (value.trim() !== '' || spec.mayBeEmpty)) return undefined;
  if (typeof value === 'string') return settingsProblem(`${key} wants a value`, example);
  // As it is written: to TOML, 3.10 is the number 3.1.
  const meant = typeof value === 'boolean' || raw === '' ? example : write(key, raw, spec);
  return settingsProblem(`${key} is a text, and wants quotes: ${short(raw)}`, meant);
}

function found(options: {
  readonly key: string;
  readonly value: unknown;
  readonly location: Location;
  readonly entry: TomlEntry | undefined;
  readonly target: string | undefined;
  readonly settings: SettingsTable;
}): FoundSetting {
  const { key, value, location, entry, target, settings } = options;
  const spec = KNOWN.get(key);
  const origin: Origin = {
    key,
    source: settings.path.length === 0 ? settings.file : `[${settings.path.join('.')}] of ${settings.file}`,
    name: key,
    write: (text) => write(key, text, spec),
    location,
    ...(entry === undefined ? {} : { itemLines: entry.items }),
  };
  const read = Array.isArray(value) ? value.map(String) : typeof value === 'boolean' ? value : String(value);
  return { key, value: read, origin, ...(target === undefined ? {} : { target }) };
}

/** A line that could stand in the file. */
function write(key: string, value: string | readonly string[], spec: OptionSpec | undefined): string {
  const texts = (typeof value === 'string' ? [value] : value).map((each) => JSON.stringify(each));
  return `${key} = ${spec?.repeatable ? `[${texts.join(', ')}]` : (texts[0] ?? '')}`;
}

function examples({ value = 'VALUE', holdsCommas }: OptionSpec): readonly string[] {
  return holdsCommas ? [value] : value.split(',');
}

function shownKey(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : short(JSON.stringify(key));
}

function short(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.length > 60 || line !== text ? `${line.slice(0, 60)}…` : line;
}
