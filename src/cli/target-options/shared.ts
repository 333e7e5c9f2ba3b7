import type { OptionSpec } from '../command.ts';

/** Of jlserve apps and of executables: it chooses neither. */
export const APT_OPTION: OptionSpec = {
  type: 'string',
  group: 'What to build:',
  value: 'A,B',
  repeatable: true,
  describe: 'Debian packages that an app or an executable needs, with commas between',
};
