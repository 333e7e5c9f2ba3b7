import { throwAll } from '../../errors.ts';
import type { Command } from '../command.ts';
import { ENGINE_OPTION, JSON_OPTION } from '../options.ts';
import { flag, text } from '../parsed-arguments.ts';

export const doctor: Command = {
  name: 'doctor',
  describe: 'Check this machine: engine, base images, certificates, PATH',
  options: {
    ...ENGINE_OPTION,
    ca: {
      type: 'string',
      group: 'How to build:',
      value: 'FILE',
      describe: 'PEM file of further certificate authorities',
    },
    ...JSON_OPTION,
  },
  // It checks the machine, whatever project it is started in.
  settings: { file: false },
  handler: async (args, context) => {
    throwAll(args.settings?.problems ?? []);
    const { runDoctor } = await import('../doctor/run.ts');
    return runDoctor({
      engine: text(args, 'engine'),
      caFile: text(args, 'ca'),
      json: flag(args, 'json'),
      context,
    });
  },
};
