import { throwAll, type Problem } from '../../errors.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { readGivenOptions, type GivenOption } from './given-options.ts';
import { readOptionFields, type FieldMistake, type OptionFields } from './option-fields.ts';
import { placeOptions } from './place-options.ts';
import { signProblems } from './signing.ts';
import { SYSTEMS, type System } from './system.ts';
import { smokeOf, type Smoke } from './smoke.ts';

/** Options of the pyinstaller target, checked. */
export interface PyinstallerOptions extends Pick<
  OptionFields,
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
  const { fields, mistakes } = readOptionFields(options);
  // PyInstaller's own options may be right although a field is not.
  const { given, problems } = readGivenOptions(fields?.options ?? listOf(options));
  if (!fields) return { given, problems: [...mistakes.map(retold), ...problems] };
  const {
    smoke,
    smokeHttp,
    smokeTimeout,
    options: _list,
    os,
    windowsPython,
    defaultWindowsPython,
    ...rest
  } = fields;
  const wholes = [...problems, ...sameNames(fields.name, given), ...signProblems(fields)];
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

function listOf(options: unknown): readonly string[] {
  const list = (options as { options?: unknown } | null)?.options;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

function retold({ field, value, says }: FieldMistake): Problem {
  const [flag, example] = FLAGS[String(field)] ?? [];
  const given = typeof value === 'string' && field !== 'signTimestamp' ? ` ${JSON.stringify(value)}` : '';
  const message = `${flag ?? field ?? 'the options'}${given} ${says}`;
  return { code: 'USAGE', message, hint: `for example: ${flag ?? ''} ${example ?? ''}`.trimEnd() };
}

/** Both would lie beside each other; to Windows, case makes no difference. */
function sameNames(name: string | undefined, given: readonly GivenOption[]): Problem[] {
  const folder = given.find(({ option }) => option.name === 'contents-directory')?.value;
  if (name === undefined || folder?.toLowerCase() !== name.toLowerCase()) return [];
  const message = `--contents-directory ${JSON.stringify(folder)} is the name of the executable beside it`;
  return [{ code: 'USAGE', message, hint: 'for example: --contents-directory _internal' }];
}
