import { EXIT } from '../../errors.ts';
import { buildRequest } from '../build-request.ts';
import type { Command } from '../command.ts';
import { JSON_OPTION, PLAN_OPTIONS, TARGET_OPTIONS } from '../options.ts';
import { runPlan } from '../run-plan.ts';

export const plan: Command = {
  name: 'plan',
  describe: 'Print what would be built, as JSON; needs no engine',
  positional: { name: 'PATH', describe: 'Folder of the project [.], or its file' },
  options: { ...PLAN_OPTIONS, ...TARGET_OPTIONS, ...JSON_OPTION },
  settings: { file: true },
  handler: async (args, context) => {
    const planned = await runPlan({ request: buildRequest({ args, project: context.cwd }), args, context });
    const { canonicalJson } = await import('../../plan/canonical.ts');
    context.stdout.write(canonicalJson(planned.plan));
    return EXIT.done;
  },
};
