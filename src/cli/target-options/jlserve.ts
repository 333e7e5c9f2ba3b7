import { resolve } from 'node:path';
import { commaList, flag, list, text } from '../parsed-arguments.ts';
import { APT_OPTION } from './shared.ts';
import type { TargetOptions } from './target-options.ts';

const JLSERVE = 'Of jlserve apps:';

export const JLSERVE_OPTIONS: TargetOptions = {
  target: 'jlserve',
  options: {
    tag: {
      type: 'string',
      alias: 't',
      group: JLSERVE,
      value: 'NAME:TAG',
      repeatable: true,
      describe: "The image's name [the app's, :latest]",
    },
    'extract-cache': {
      type: 'string',
      group: JLSERVE,
      value: 'DIR',
      path: 'written',
      describe: 'Also copy the weights to DIR, for jlserve dev [JLSERVE_CACHE_DIR]',
    },
    push: {
      type: 'boolean',
      group: JLSERVE,
      describe: 'Push the image to the registry in its name',
      notInFile: 'a project does not send anything out in your name',
    },
    validate: { type: 'boolean', group: JLSERVE, describe: 'Run setup() in the finished image' },
    'refresh-weights': {
      type: 'boolean',
      group: JLSERVE,
      describe: 'Download the weights again although nothing changed',
    },
    apt: APT_OPTION,
    gpu: { type: 'boolean', group: JLSERVE, describe: 'Say on the image that it needs a GPU' },
  },
  read: (args) => {
    const extractCache = text(args, 'extract-cache');
    return {
      tags: list(args, 'tag'),
      ...(extractCache === undefined ? {} : { extractCache: resolve(extractCache) }),
      push: flag(args, 'push'),
      validate: flag(args, 'validate'),
      refreshWeights: flag(args, 'refresh-weights'),
      apt: commaList(args, 'apt'),
      gpu: flag(args, 'gpu'),
    };
  },
};
