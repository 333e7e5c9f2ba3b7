import { refuseSecrets } from '../../targets/flash/secrets.ts';
import { commaList, flag, list, text } from '../parsed-arguments.ts';
import type { TargetOptions } from './target-options.ts';

const FLASH = 'As in flash build:';

export const FLASH_OPTIONS: TargetOptions = {
  target: 'flash',
  options: {
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
    include: {
      type: 'string',
      group: FLASH,
      value: 'A,B',
      repeatable: true,
      describe: 'Packages to ship although GPU workers have them: torch, torchaudio, torchvision, triton',
    },
    group: {
      type: 'string',
      group: FLASH,
      value: 'NAME',
      repeatable: true,
      describe: 'Also install a dependency group of pyproject.toml',
    },
    'include-env': {
      type: 'boolean',
      group: FLASH,
      describe: 'Ship values of env= that look like secrets, in plain text',
    },
    'max-size': {
      type: 'string',
      group: FLASH,
      value: 'SIZE',
      describe: 'Most that the archive may have: 500MB [1500MiB, which is what Runpod takes]',
    },
    'keep-build': { type: 'boolean', group: FLASH, describe: 'Keep the unpacked tree in .flash/.build/' },
  },
  read: (args) => ({
    noDeps: flag(args, 'no-deps'),
    exclude: commaList(args, 'exclude'),
    include: commaList(args, 'include'),
    group: list(args, 'group'),
    includeEnv: flag(args, 'include-env'),
    ...(text(args, 'max-size') === undefined ? {} : { maxSize: text(args, 'max-size') }),
    keepBuild: flag(args, 'keep-build'),
  }),
  // Refused where they are typed.
  lacks: ['secret'],
  namesOutput: true,
  refuse: (args) => refuseSecrets(list(args, 'secret')),
};
