import { PROGRESS_KINDS } from '../report/choose.ts';
import type { OptionSpec } from './command.ts';
import { ALL_TARGET_OPTIONS } from './target-options/target-options.ts';

type Options = Readonly<Record<string, OptionSpec>>;

const WHAT = 'What to build:';
const HOW = 'How to build:';
const SHOWN = 'What is shown:';

/** Everything that decides the plan. */
export const PLAN_OPTIONS: Options = {
  target: {
    type: 'string',
    group: WHAT,
    value: 'NAME',
    describe: 'What kind of project it is; found out when not given',
  },
  platform: {
    type: 'string',
    group: WHAT,
    value: 'OS/ARCH',
    describe: 'Where the result will run [linux/amd64]',
  },
  python: { type: 'string', group: WHAT, value: '3.12', describe: 'Python version of the result' },
  base: { type: 'string', group: WHAT, value: 'IMAGE', describe: 'Image to build in' },
};

export const JSON_OPTION: Options = {
  json: {
    type: 'boolean',
    group: SHOWN,
    describe: 'Print the result, or the error, as one JSON document on stdout',
    typedOnly: 'whoever reads stdout asks for it',
  },
};

export const ENGINE_OPTION: Options = {
  engine: {
    type: 'string',
    group: HOW,
    value: 'ADDRESS',
    describe: "The engine's address, as in DOCKER_HOST",
    notInFile: 'a project does not choose who gets its files and your secrets',
  },
};

/** What only one target has; `ovenbird build` takes them all. */
export const TARGET_OPTIONS: Options = Object.assign(
  {},
  ...ALL_TARGET_OPTIONS.map(({ options }) => options),
) as Options;

/** Everything that decides how a build runs, whatever is built. */
export const RUN_OPTIONS: Options = {
  output: {
    type: 'string',
    alias: 'o',
    group: WHAT,
    value: 'NAME',
    describe: 'Name of the artifact, or a path',
    path: 'written',
  },
  'no-cache': { type: 'boolean', group: HOW, describe: "Do not use the engine's build cache" },
  rebuild: { type: 'boolean', group: HOW, describe: 'Import and pack anew although nothing changed' },
  'no-verify': { type: 'boolean', group: HOW, describe: 'Skip the check of the result' },
  timeout: {
    type: 'string',
    group: HOW,
    value: 'TIME',
    describe: 'Stop the build after that long: seconds, 10m, 1h',
  },
  ...ENGINE_OPTION,
  secret: {
    type: 'string',
    group: HOW,
    value: 'id=NAME[,env=VAR|,src=FILE]',
    repeatable: true,
    describe: "A secret for the project's own code; never kept",
    holdsCommas: true,
  },
  ca: {
    type: 'string',
    group: HOW,
    value: 'FILE',
    path: 'read',
    describe: 'PEM file of further certificate authorities',
  },
  progress: {
    type: 'string',
    group: SHOWN,
    value: 'KIND',
    choices: PROGRESS_KINDS,
    notInFile: 'it depends on who looks on',
    describe: `How progress is shown: ${PROGRESS_KINDS.join(', ')}`,
  },
  ...JSON_OPTION,
};
