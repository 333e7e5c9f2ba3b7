import { nameProblem } from './executable-name.ts';
import { httpPath, splitArguments } from './smoke.ts';

/** Options of the pyinstaller target, as a caller gives them. */
export interface OptionFields {
  readonly os: 'linux' | 'windows' | 'both';
  /** A folder, a zip archive or an image; see `readWindowsPython`. */
  readonly windowsPython: string | undefined;
  /** The same from the project's settings: a relative path starts there. */
  readonly defaultWindowsPython: string | undefined;
  /** `--entry`, as given; see `findEntry`. */
  readonly entry: string | undefined;
  /** The same from settings: a file that is named on the command line takes its place. */
  readonly defaultEntry: string | undefined;
  /** Found out, or a spec's own business, when absent. */
  readonly bundle: 'onefile' | 'onedir' | undefined;
  /** Name of the executable. */
  readonly name: string | undefined;
  /** Newest glibc that the result may need. */
  readonly glibc: string | undefined;
  /** Arguments: a text, split as a shell does, or the list. */
  readonly smoke: readonly string[] | undefined;
  readonly smokeHttp: string | undefined;
  /** Seconds. */
  readonly smokeTimeout: number | undefined;
  /** A PKCS#12 file whose certificate signs programs for Windows. */
  readonly sign: string | undefined;
  /** Holds that file's password. */
  readonly signPasswordFile: string | undefined;
  /** Address of a server that proves when a program was signed (RFC 3161). */
  readonly signTimestamp: string | undefined;
  /** Debian packages that building and running need. */
  readonly apt: readonly string[];
  /** PyInstaller's own, as on its command line. */
  readonly options: readonly string[];
}

/** What is wrong with a field: the rest of a sentence. */
export interface FieldMistake {
  /** Undefined: not one field, but all of it. */
  readonly field: string | undefined;
  readonly value: unknown;
  readonly says: string;
}

/** Gives a value back as it is used, or says what is wrong with it. */
type Reader<T> = (value: unknown) => { readonly value: T } | { readonly says: string };

/**
 * Checks the options of a caller. By hand: this stands on the way of every build, and zod takes
 * 50 ms to load.
 */
export function readOptionFields(options: unknown): {
  readonly fields: OptionFields | undefined;
  readonly mistakes: readonly FieldMistake[];
} {
  if (!isObject(options)) {
    const mistake = { field: undefined, value: options, says: 'are no object' };
    return { fields: undefined, mistakes: [mistake] };
  }
  const mistakes: FieldMistake[] = [];
  const known = new Set<string>();
  const read = <T>(field: string, reader: Reader<T>): T | undefined => {
    known.add(field);
    const value = options[field];
    if (value === undefined) return undefined;
    const checked = reader(value);
    if ('value' in checked) return checked.value;
    mistakes.push({ field, value, says: checked.says });
    return undefined;
  };
  const readList = (field: string, reader: Reader<string>): readonly string[] => {
    const items = read(field, list) ?? [];
    return items.flatMap((value) => {
      const checked = reader(value);
      if ('value' in checked) return [checked.value];
      mistakes.push({ field, value, says: checked.says });
      return [];
    });
  };
  const fields = {
    os:
      read('os', oneOf(['linux', 'windows', 'both'], 'is no system that executables are built for')) ??
      'linux',
    windowsPython: read('windowsPython', text),
    defaultWindowsPython: read('defaultWindowsPython', text),
    entry: read('entry', shownText),
    defaultEntry: read('defaultEntry', shownText),
    bundle: read('bundle', oneOf(['onefile', 'onedir'], 'is neither onefile nor onedir')),
    name: read('name', executableName),
    glibc: read('glibc', matching(/^2\.(?:1[7-9]|[2-9]\d)$/, 'is not a version of glibc from 2.17 on')),
    smoke: read('smoke', smokeArguments),
    smokeHttp: read('smokeHttp', smokePath),
    smokeTimeout: read('smokeTimeout', seconds),
    sign: read('sign', text),
    signPasswordFile: read('signPasswordFile', text),
    signTimestamp: read('signTimestamp', plainAddress),
    apt: readList('apt', matching(/^[a-z0-9][a-z0-9+.-]+$/, 'is not the name of a Debian package')),
    options: readList('options', anyText),
  } satisfies OptionFields;
  for (const [field, value] of Object.entries(options)) {
    if (!known.has(field)) mistakes.push({ field, value, says: 'is no option' });
  }
  return { fields: mistakes.length === 0 ? fields : undefined, mistakes };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const anyText: Reader<string> = (value) =>
  typeof value === 'string' ? { value } : { says: 'must be a text' };

const text: Reader<string> = (value) => (value === '' ? { says: 'wants a value' } : anyText(value));

const list: Reader<readonly unknown[]> = (value) =>
  Array.isArray(value) ? { value } : { says: 'must be a list' };

const shownText: Reader<string> = (value) => {
  if (typeof value === 'string' && /[\p{Cc}\p{Cs}]/u.test(value)) {
    return { says: 'has characters that cannot be shown' };
  }
  return text(value);
};

function matching(pattern: RegExp, says: string): Reader<string> {
  return (value) => (typeof value === 'string' && !pattern.test(value) ? { says } : anyText(value));
}

function oneOf<T extends string>(choices: readonly T[], says: string): Reader<T> {
  return (value) => {
    const choice = choices.find((each) => each === value);
    return choice === undefined ? { says } : { value: choice };
  };
}

const executableName: Reader<string> = (value) => {
  const says = typeof value === 'string' ? nameProblem(value) : undefined;
  return says === undefined ? anyText(value) : { says };
};

const smokeArguments: Reader<readonly string[]> = (value) => {
  const words = typeof value === 'string' ? splitArguments(value) : value;
  if (words === undefined) return { says: 'has a quote, or a backslash, without its other half' };
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    return { says: 'must be a text, or a list of texts' };
  }
  return words.some((word) => word.includes('\0'))
    ? { says: 'has a NUL, which no argument can hold' }
    : { value: words };
};

const smokePath: Reader<string> = (value) => {
  if (typeof value !== 'string') return anyText(value);
  const path = httpPath(value);
  return path === undefined ? { says: 'is neither a path nor an address of this machine' } : { value: path };
};

const seconds: Reader<number> = (value) => {
  if (typeof value !== 'number' || !Number.isInteger(value))
    return { says: 'must be a whole number of seconds' };
  if (value < 1) return { says: 'is shorter than a second' };
  return value > 3600 ? { says: 'is longer than an hour' } : { value };
};

/** It stands in the plan, and a mistake in it is not quoted: there may be a password. */
const plainAddress: Reader<string> = (value) =>
  typeof value === 'string' && !isPlainAddress(value)
    ? { says: 'is no address that begins with http:// or https:// and has no password in it' }
    : anyText(value);

function isPlainAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return /^https?:$/.test(protocol) && username + password === '';
}
