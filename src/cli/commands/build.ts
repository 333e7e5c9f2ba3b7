import { buildRequest } from '../build-request.ts';
import type { Command } from '../command.ts';
import { PLAN_OPTIONS, RUN_OPTIONS, TARGET_OPTIONS } from '../options.ts';
import { runBuild } from '../run-build.ts';

export const build: Command = {
  name: 'build',
  describe: 'Build the project in a folder (here when not given), or the app in a file',
  positional: { name: 'PATH', describe: 'Folder of the project [.], or its file' },
  options: { ...PLAN_OPTIONS, ...TARGET_OPTIONS, ...RUN_OPTIONS },
  examples: [
    ['ovenbird build', 'build the project in this folder'],
    ['ovenbird build app --python 3.11', 'build ./app for Python 3.11'],
    ['ovenbird build --json', 'print the result as JSON on stdout'],
  ],
  settings: { file: true },
  handler: (args, context) =>
    runBuild({ request: buildRequest({ args, project: context.cwd }), args, context }),
};
