import { problem, throwAll } from '../../errors.ts';
import { buildRequest } from '../build-request.ts';
import type { Command } from '../command.ts';
import { PLAN_OPTIONS, RUN_OPTIONS } from '../options.ts';
import { flag } from '../parsed-arguments.ts';
import { runBuild } from '../run-build.ts';
import { JLSERVE_OPTIONS } from '../target-options/jlserve.ts';
import { imageOptions, withoutImageSettings } from './jlserve-image-options.ts';

const { target: _target, ...plan } = PLAN_OPTIONS;
const { output, ...run } = RUN_OPTIONS;

/** `jlserve build app.py`: an image with its weights, or the cache of this machine. */
export const jlserveBuild: Command = {
  name: 'build',
  describe: 'Build the app in FILE: an image with its packages and weights',
  positional: { name: 'FILE', describe: 'Python file with the @jlserve.app() class' },
  options: {
    ...JLSERVE_OPTIONS.options,
    'in-place': {
      type: 'boolean',
      group: 'Of jlserve apps:',
      describe: 'No image: install and download here, into JLSERVE_CACHE_DIR',
      typedOnly: 'it runs the app on this machine',
    },
    ...plan,
    ...(output
      ? {
          output: {
            ...output,
            value: 'FILE.tar',
            describe: 'Write the image to a file, not into the engine',
          },
        }
      : {}),
    ...run,
  },
  examples: [
    ['jlserve build app.py', 'build the image and its weights'],
    ['jlserve build app.py -t my-app:1.0 --validate', 'name it, and run setup() in it'],
    ['jlserve build app.py --extract-cache weights', 'also leave the weights for jlserve dev'],
    ['jlserve build app.py --in-place', 'no container: fill JLSERVE_CACHE_DIR with this Python'],
  ],
  settings: { file: true, target: 'jlserve' },
  handler: async (args, context) => {
    if (args.positional === undefined) {
      throw problem('USAGE', "Missing argument 'FILE'.", { hint: 'jlserve build app.py' });
    }
    if (!flag(args, 'in-place')) {
      const request = buildRequest({ args, project: context.cwd, target: 'jlserve' });
      return runBuild({ request, args, context });
    }
    throwAll(imageOptions(args));
    const kept = withoutImageSettings(args);
    const request = buildRequest({ args: kept, project: context.cwd, target: 'jlserve' });
    const { buildInPlace } = await import('./jlserve-in-place.ts');
    return buildInPlace({ request, args: kept, context });
  },
};
