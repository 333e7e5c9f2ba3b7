import type { BuildOptions } from '../build-options.ts';
import { chooseReporter } from '../report/choose.ts';
import type { PlannedProject } from '../plan-project.ts';
import type { CliContext } from './context.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

export interface RunPlanOptions {
  readonly request: BuildOptions;
  readonly args: ParsedArguments;
  readonly context: CliContext;
}

/** Plans a project; what the planner has to say goes to stderr, a line each. */
export async function runPlan({ request, args, context }: RunPlanOptions): Promise<PlannedProject> {
  const { stderr, env } = context;
  const reporter = await chooseReporter({ progress: 'plain', stream: stderr, env });
  const interruption = context.listenForSignals((message) => reporter.onEvent({ type: 'note', message }));
  for (const warning of args.settings?.warnings ?? []) reporter.onEvent(warning);
  try {
    const { planProject } = await context.loadBuilder();
    return await planProject({
      ...request,
      environment: env,
      signal: interruption.signal,
      onEvent: reporter.onEvent,
    });
  } finally {
    reporter.close();
    interruption.end();
  }
}
