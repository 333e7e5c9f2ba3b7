import { buildRequest } from '../build-request.ts';
import type { Command } from '../command.ts';
import { PLAN_OPTIONS, RUN_OPTIONS } from '../options.ts';
import { runBuild } from '../run-build.ts';
import { FLASH_OPTIONS } from '../target-options/flash.ts';

const FLASH = 'As in flash build:';
const { platform = never(), base = never() } = PLAN_OPTIONS;
const { output = never(), secret = never(), ...run } = RUN_OPTIONS;

/** `flash build --docker`: the options of Runpod's own command, and ours. */
export const flashBuild: Command = {
  name: 'build',
  describe: 'Build the Flash project in this folder',
  options: {
    docker: {
      type: 'boolean',
      group: FLASH,
      describe: 'Build in a container, with ovenbird',
      typedOnly: 'it chooses who builds, before anything is read',
    },
    ...FLASH_OPTIONS.options,
    'python-version': {
      type: 'string',
      group: FLASH,
      value: '3.12',
      describe: 'Python of the worker: 3.10, 3.11, 3.12 or 3.13',
      key: 'python',
    },
    output: { ...output, group: FLASH, describe: 'Name of the archive in .flash/ [artifact.tar.gz]' },
    platform,
    base,
    ...run,
    secret: { ...secret, hidden: true },
  },
  settings: { file: true, target: 'flash' },
  handler: (args, context) => {
    const target = 'flash';
    const request = buildRequest({ args, project: context.cwd, target, pythonOption: 'python-version' });
    return runBuild({ request, args, context });
  },
};

/** The options named above are there: a missing one is a slip in this file. */
function never(): never {
  throw new Error('an option is missing from the shared tables');
}
