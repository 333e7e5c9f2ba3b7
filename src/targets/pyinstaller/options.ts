import { z } from 'zod';
import { throwAll, type Problem } from '../../errors.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { nameProblem } from './executable-name.ts';
import { readGivenOptions, type GivenOption } from './given-options.ts';
import { placeOptions } from './place-options.ts';
import { signProblems } from './signing.ts';
import { SYSTEMS, type System } from './system.ts';
import { httpPath, smokeOf, splitArguments, type Smoke } from './smoke.ts';

const entry = z
  .string()
  .min(1, 'wants a value')
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), { message: 'has characters that cannot be shown' });

const file = z.string().min(1, 'wants a value');

/** Options of the pyinstaller target. */
export const PyinstallerOptionsSchema = z.strictObject({
  os: z
    .enum(['linux', 'windows', 'both'], { message: 'is no system that executables are built for' })
    .default('linux'),
  /** A folder, a zip archive or an image; see `readWindowsPython`. */
  windowsPython: z.string().min(1, 'wants a value').optional(),
  /** The same from the project's settings: a relative path starts there. */
  defaultWindowsPython: z.string().min(1, 'wants a value').optional(),
  /** `--entry`, as given; see `findEntry`. */
  entry: entry.optional(),
  /** The same from settings: a file that is named on the command line takes its place. */
  defaultEntry: entry.optional(),
  /** Found out, or a spec's own business, when absent. */
  bundle: z.enum(['onefile', 'onedir']).optional(),
  /** Name of the executable. */
  name: z
    .string()
    .superRefine((name, context) => {
      const message = nameProblem(name);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional(),
  /** Newest glibc that the result may need. */
  glibc: z
    .string()
    .regex(/^2\.(?:1[7-9]|[2-9]\d)$/, 'is not a version of glibc from 2.17 on')
    .optional(),
  /** Arguments: a text, split as a shell does, or the list. */
  smoke: z
    .union([z.string(), z.array(z.string())])
    .transform((given, context) => {
      const words = typeof given === 'string' ? splitArguments(given) : given;
      const says =
        words === undefined
          ? 'has a quote, or a backslash, without its other half'
          : words.some((word) => word.includes('\0')) && 'has a NUL, which no argument can hold';
      if (words && says === false) return words;
      context.addIssue({ code: 'custom', message: String(says) });
      return z.NEVER;
    })
    .optional(),
  smokeHttp: z
    .string()
    .transform((given, context) => {
      const path = httpPath(given);
      if (path !== undefined) return path;
      context.addIssue({ code: 'custom', message: 'is neither a path nor an address of this machine' });
      return z.NEVER;
    })
    .optional(),
  /** Seconds. */
  smokeTimeout: z.int().min(1).max(3600, 'is longer than an hour').optional(),
  /** A PKCS#12 file whose certificate signs programs for Windows. */
  sign: file.optional(),
  /** Holds that file's password. */
  signPasswordFile: file.optional(),
  /** Address of a server that proves when a program was signed (RFC 3161). */
  signTimestamp: z
    .string()
    .refine(isPlainAddress, 'is no address that begins with http:// or https:// and has no password in it')
    .optional(),
  /** Debian packages that building and running need. */
  apt: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, { message: 'is not the name of a Debian package' }))
    .default([]),
  /** PyInstaller's own, as on its command line. */
  options: z.array(z.string()).default([]),
});

/** See the schema for the fields. */
export interface PyinstallerOptions extends Pick<
  z.infer<typeof PyinstallerOptionsSchema>,
  | 'entry'
  | 'defaultEntry'
  | 'bundle'
  | 'name'
  | 'glibc'
  | 'sign'
  | 'signPasswordFile'
  | 'signTimestamp'
  | 'apt'
> {
  readonly systems: readonly System[];
  /** As it was typed, and the folder that a relative path starts from. */
  readonly windowsPython: { readonly given: string; readonly folder: string } | undefined;
  readonly smoke: Smoke;
  /** PyInstaller's own; paths not looked at yet. */
  readonly given: readonly GivenOption[];
}

/** It stands in the plan, and a mistake in it is not quoted: there may be a password. */
function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '';
}

/** What each field is called on the command line, and an example. */
const FLAGS: Readonly<Record<string, readonly [flag: string, example: string]>> = {
  os: ['--os', 'windows'],
  windowsPython: ['--windows-python', 'python.3.12.10.nupkg'],
  defaultWindowsPython: ['--windows-python', 'python.3.12.10.nupkg'],
  entry: ['--entry', 'package.module:main'],
  defaultEntry: ['--entry', 'package.module:main'],
  bundle: ['--onefile', ''],
  name: ['--name', 'my-app'],
  glibc: ['--glibc', '2.31'],
  smoke: ['--smoke', '"--version"'],
  smokeHttp: ['--smoke-http', '/health'],
  smokeTimeout: ['--smoke-timeout', '60s'],
  sign: ['--sign', 'cert.pfx'],
  signPasswordFile: ['--sign-password-file', 'password.txt'],
  signTimestamp: ['--sign-timestamp', 'http://timestamp.example.com'],
  apt: ['--apt', 'libgl1,libsndfile1'],
};

/** @throws OvenbirdError `USAGE` naming each option that is wrong; paths are not looked at */
export function parsePyinstallerOptions(options: unknown): PyinstallerOptions {
  const { parsed, problems } = readFields(options, process.cwd());
  throwAll(problems);
  if (!parsed) throw new Error('options without a result and without a problem');
  return parsed;
}

/** Options whose paths were found in the project. */
export interface PlacedOptions extends Omit<PyinstallerOptions, 'given'> {
  /** PyInstaller's list: paths relative to the project, with `/`. */
  readonly options: readonly string[];
  /** Of `--paths`: folders of the project that modules are looked for in as well. */
  readonly paths: readonly string[];
}

/** The same with the project: all that is wrong, at once. */
export function readPyinstallerOptions(
  options: unknown,
  tree: ProjectTree,
): { readonly options?: PlacedOptions; readonly problems: readonly Problem[] } {
  const { parsed, given, problems } = readFields(options, tree.root);
  const placed = placeOptions(tree, given);
  const all = [...problems, ...placed.problems];
  if (!parsed) return { problems: all };
  const { given: _given, ...fields } = parsed;
  return { options: { ...fields, options: placed.options, paths: placed.paths }, problems: all };
}

/** @param root what paths of the project's settings are relative to */
function readFields(
  options: unknown,
  root: string,
): {
  readonly parsed?: PyinstallerOptions;
  readonly given: readonly GivenOption[];
  readonly problems: readonly Problem[];
} {
  const checked = PyinstallerOptionsSchema.safeParse(options);
  const list = checked.success ? checked.data.options : listOf(options);
  const { given, problems } = readGivenOptions(list);
  if (!checked.success) {
    return { given, problems: [...checked.error.issues.map((issue) => retold(issue, options)), ...problems] };
  }
  const {
    smoke,
    smokeHttp,
    smokeTimeout,
    options: _list,
    os,
    windowsPython,
    defaultWindowsPython,
    ...rest
  } = checked.data;
  const wholes = [...problems, ...sameNames(checked.data.name, given), ...signProblems(checked.data)];
  const parsed = {
    ...rest,
    systems: os === 'both' ? SYSTEMS : [os],
    windowsPython: placeOf(windowsPython, process.cwd()) ?? placeOf(defaultWindowsPython, root),
    smoke: smokeOf({ smoke, smokeHttp, smokeTimeout }),
    given,
  };
  return { parsed, given, problems: wholes };
}

function placeOf(given: string | undefined, folder: string): PyinstallerOptions['windowsPython'] {
  return given === undefined ? undefined : { given, folder };
}

/** PyInstaller's own options may be right although a field is not. */
function listOf(options: unknown): readonly string[] {
  const list = (options as { options?: unknown } | null)?.options;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

function retold(issue: z.core.$ZodIssue, options: unknown): Problem {
  const [field, index] = issue.path;
  const [flag, example] = FLAGS[String(field)] ?? [];
  const value = valueAt(options, field, index);
  const given = typeof value === 'string' && field !== 'signTimestamp' ? ` ${JSON.stringify(value)}` : '';
  const message = `${flag ?? (field === undefined ? 'the options' : String(field))}${given} ${issue.message}`;
  return { code: 'USAGE', message, hint: `for example: ${flag ?? ''} ${example ?? ''}`.trimEnd() };
}

function valueAt(options: unknown, field: unknown, index: unknown): unknown {
  const values = (options as Record<string, unknown> | null)?.[String(field)];
  return Array.isArray(values) ? (values as unknown[])[Number(index)] : values;
}

/** Both would lie beside each other; to Windows, case makes no difference. */
function sameNames(name: string | undefined, given: readonly GivenOption[]): Problem[] {
  const folder = given.find(({ option }) => option.name === 'contents-directory')?.value;
  if (name === undefined || folder?.toLowerCase() !== name.toLowerCase()) return [];
  const message = `--contents-directory ${JSON.stringify(folder)} is the name of the executable beside it`;
  return [{ code: 'USAGE', message, hint: 'for example: --contents-directory _internal' }];
}
