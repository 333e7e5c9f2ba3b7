import { MAKESPEC_OPTIONS, type MakespecOption } from '../../targets/pyinstaller/makespec.ts';
import { IDLE_OPTIONS, REFUSED_OPTIONS } from '../../targets/pyinstaller/refused.ts';
import type { OptionSpec } from '../command.ts';
import { commaList, flag, list, text, usage, type ParsedArguments } from '../parsed-arguments.ts';
import { timeoutValue } from '../values.ts';
import { checkedValue } from './checked-value.ts';
import { chooseSwitch } from './choose-switch.ts';
import { APT_OPTION } from './shared.ts';
import type { TargetOptions } from './target-options.ts';

const OURS = 'Of executables:';
const THEIRS = 'As in pyinstaller:';

/** Of PyInstaller's own repeatable options those whose values are no plain names. */
const HOLD_COMMAS: ReadonlySet<string> = new Set([
  'add-data',
  'add-binary',
  'icon',
  'resource',
  'python-option',
]);

type Options = Readonly<Record<string, OptionSpec>>;

const SIGN_PASSWORD = 'OVENBIRD_SIGN_PASSWORD=… in the environment, or --sign-password-file FILE';

const OWN_OPTIONS: Options = {
  os: {
    type: 'string',
    group: OURS,
    value: 'SYSTEM',
    describe: 'Where it will run: linux, windows, both [linux]',
  },
  'windows-python': {
    type: 'string',
    group: OURS,
    value: 'PYTHON',
    describe: 'A Python for Windows: a folder, .nupkg, .zip, or an image',
  },
  entry: {
    type: 'string',
    group: OURS,
    value: 'SPEC',
    describe: 'What runs: pkg, pkg.mod:func, tool.py, app.spec; found out when not given',
  },
  glibc: {
    type: 'string',
    group: OURS,
    value: '2.31',
    describe: 'The newest glibc that it may need',
  },
  smoke: {
    type: 'string',
    group: OURS,
    value: 'ARGS',
    dashes: true,
    mayBeEmpty: true,
    describe: 'Arguments to try it out with ["--help"]',
  },
  'smoke-http': {
    type: 'string',
    group: OURS,
    value: 'PATH',
    describe: 'It is a server: ask it for PATH, at the port that it opens',
  },
  'smoke-timeout': { type: 'string', group: OURS, value: 'TIME', describe: 'Wait that long for it [30s]' },
  sign: {
    type: 'string',
    group: OURS,
    value: 'FILE',
    path: 'secret',
    describe: 'Sign programs for Windows with the certificate in this file (.pfx, .p12)',
  },
  'sign-password-file': {
    type: 'string',
    group: OURS,
    value: 'FILE',
    path: 'secret',
    describe: 'Its password, when it is not in the variable OVENBIRD_SIGN_PASSWORD',
  },
  'sign-timestamp': {
    type: 'string',
    group: OURS,
    value: 'URL',
    describe: 'Server that proves when it was signed (RFC 3161); else it ends with the certificate',
  },
  'sign-password': {
    type: 'string',
    group: OURS,
    hidden: true,
    describe: '',
    notInFile: 'whoever has the project would have the password',
    instead: SIGN_PASSWORD,
  },
  apt: APT_OPTION,
};

const FIELD_OPTIONS: Options = {
  onefile: { type: 'boolean', alias: 'F', group: THEIRS, describe: 'One file that unpacks itself' },
  onedir: { type: 'boolean', alias: 'D', group: THEIRS, describe: 'A folder with the executable' },
  name: { type: 'string', alias: 'n', group: THEIRS, value: 'NAME', describe: "Name [the project's]" },
};

export const PYINSTALLER_OPTIONS: TargetOptions = {
  target: 'pyinstaller',
  options: {
    ...OWN_OPTIONS,
    ...FIELD_OPTIONS,
    ...Object.fromEntries(MAKESPEC_OPTIONS.map((each) => [each.name, specOf(each)])),
    ...Object.fromEntries(
      [...REFUSED_OPTIONS, ...IDLE_OPTIONS].map((each) => [
        each.name,
        { ...specOf({ ...each, describe: '' }), hidden: true },
      ]),
    ),
  },
  read: (args) => ({
    os: text(args, 'os'),
    ...windowsPythonOf(args),
    ...entryOf(args),
    bundle: chooseSwitch(args, ['onefile', 'onedir']).chosen,
    name: text(args, 'name'),
    glibc: text(args, 'glibc'),
    smoke: text(args, 'smoke'),
    smokeHttp: text(args, 'smoke-http'),
    smokeTimeout: smokeSeconds(args).value,
    ...signOf(args),
    apt: commaList(args, 'apt'),
    options: theirs(args),
  }),
  // Refused where they are typed.
  lacks: ['secret'],
  refuse: (args) => [
    ...(text(args, 'sign-password') === undefined
      ? []
      : [usage('--sign-password: every user of this machine can read what is typed', SIGN_PASSWORD)]),
    ...(smokeSeconds(args).problems ?? []),
    ...(chooseSwitch(args, ['onefile', 'onedir']).problems ?? []),
    ...(list(args, 'secret').length === 0
      ? []
      : [usage('--secret: a PyInstaller build takes no secrets', 'leave --secret out')]),
  ],
};

function specOf({ name, aliases = [], value, choices, repeatable, describe }: MakespecOption): OptionSpec {
  const short = aliases.find((each) => each.length === 1);
  const longer = aliases.filter((each) => each !== short);
  return {
    type: value === undefined ? 'boolean' : 'string',
    group: THEIRS,
    describe,
    ...(short === undefined ? {} : { alias: short }),
    ...(longer.length === 0 ? {} : { aliases: longer }),
    ...(value === undefined ? {} : { value }),
    ...(choices === undefined ? {} : { choices }),
    ...(repeatable ? { repeatable } : {}),
    ...(HOLD_COMMAS.has(name) ? { holdsCommas: true } : {}),
  };
}

/** A file that is named on the command line takes the place of an entry in the settings. */
function entryOf(args: ParsedArguments): Readonly<Record<string, unknown>> {
  const entry = text(args, 'entry');
  return args.settings?.origins.has('entry') ? { defaultEntry: entry } : { entry };
}

/** Settings are for all builds of a project: those for Linux alone have nothing to sign. */
function signOf(args: ParsedArguments): Readonly<Record<string, unknown>> {
  const isSetting = (name: string) => args.settings?.origins.has(name) === true;
  const signs = (text(args, 'os') ?? 'linux') !== 'linux';
  const sign = signs || !isSetting('sign') ? text(args, 'sign') : undefined;
  const beside = (name: string) => (sign !== undefined || !isSetting(name) ? text(args, name) : undefined);
  return {
    sign,
    signPasswordFile: beside('sign-password-file'),
    signTimestamp: beside('sign-timestamp'),
  };
}

/** In the project's settings, a relative path starts from the project. */
function windowsPythonOf(args: ParsedArguments): Readonly<Record<string, unknown>> {
  const given = text(args, 'windows-python');
  const source = args.settings?.origins.get('windows-python')?.source;
  return source === undefined || source === 'the environment'
    ? { windowsPython: given }
    : { defaultWindowsPython: given };
}

/** The list that PyInstaller would have been given; refused ones too, which the target explains. */
function theirs(args: ParsedArguments): readonly string[] {
  const options: readonly Pick<MakespecOption, 'name' | 'value'>[] = [
    ...MAKESPEC_OPTIONS,
    ...REFUSED_OPTIONS,
  ];
  const { chosen, problems } = chooseSwitch(args, ['console', 'windowed']);
  const other = chosen === 'console' ? 'windowed' : 'console';
  return options.flatMap(({ name, value }) => {
    if (value !== undefined) return list(args, name).map((each) => `--${name}=${each}`);
    const isOverruled = chosen !== undefined && !problems && name === other;
    return flag(args, name) && !isOverruled ? [`--${name}`] : [];
  });
}

/** Whole seconds, rounded up. */
function smokeSeconds(args: ParsedArguments) {
  const { value, problems } = checkedValue(args, 'smoke-timeout', timeoutValue);
  return { value: value === undefined ? undefined : Math.ceil(value / 1000), problems };
}
