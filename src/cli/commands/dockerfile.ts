import { EXIT } from '../../errors.ts';
import { buildRequest } from '../build-request.ts';
import type { Command } from '../command.ts';
import { JSON_OPTION, PLAN_OPTIONS, TARGET_OPTIONS } from '../options.ts';
import { flag } from '../parsed-arguments.ts';
import { runPlan } from '../run-plan.ts';

export const dockerfile: Command = {
  name: 'dockerfile',
  describe: 'Print the Dockerfile of the build; needs no engine',
  positional: { name: 'PATH', describe: 'Folder of the project [.], or its file' },
  options: { ...PLAN_OPTIONS, ...TARGET_OPTIONS, ...JSON_OPTION },
  settings: { file: true },
  handler: async (args, context) => {
    const planned = await runPlan({ request: buildRequest({ args, project: context.cwd }), args, context });
    const { renderPlan } = await context.loadBuilder();
    const text = await renderPlan(planned.plan);
    const asJson = flag(args, 'json');
    context.stdout.write(asJson ? `${JSON.stringify({ schema: 1, dockerfile: text })}\n` : text);
    return EXIT.done;
  },
};
