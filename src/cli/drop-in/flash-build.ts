import { buildRequest, commaList } from '../build-request.ts';
import type { Command } from '../command.ts';
import { PLAN_OPTIONS, RUN_OPTIONS } from '../options.ts';
import { flag } from '../parsed-arguments.ts';
import { runBuild } from '../run-build.ts';

const FLASH = 'As in flash build:';
const { platform = never(), base = never() } = PLAN_OPTIONS;
const { output = never(), ...run } = RUN_OPTIONS;

/** `flash build --docker`: the options of Runpod's own command, and ours. */
export const flashBuild: Command = {
  name: 'build',
  describe: 'Build the Flash project in this folder',
  options: {
    docker: { type: 'boolean', group: FLASH, describe: 'Build in a container, with ovenbird' },
    'no-deps': {
      type: 'boolean',
      group: FLASH,
      describe: 'Only install what the endpoints name, not what those need',
    },
    exclude: {
      type: 'string',
      group: FLASH,
      value: 'A,B',
      repeatable: true,
      describe: 'Packages to leave out, with commas between',
    },
    'python-version': {
      type: 'string',
      group: FLASH,
      value: '3.12',
      describe: 'Python of the worker: 3.10, 3.11, 3.12 or 3.13',
    },
    output: { ...output, group: FLASH, describe: 'Name of the archive in .flash/ [artifact.tar.gz]' },
    'keep-build': { type: 'boolean', group: FLASH, describe: 'Keep the unpacked tree in .flash/.build/' },
    platform,
    base,
    ...run,
  },
  handler: (args, context) => {
    const targetOptions = {
      noDeps: flag(args, 'no-deps'),
      exclude: commaList(args, 'exclude'),
      keepBuild: flag(args, 'keep-build'),
    };
    const request = buildRequest({
      args,
      project: context.cwd,
      target: 'flash',
      pythonOption: 'python-version',
      targetOptions,
    });
    return runBuild({ request, args, context });
  },
};

/** The options named above are there: a missing one is a slip in this file. */
function never(): never {
  throw new Error('an option is missing from the shared tables');
}
