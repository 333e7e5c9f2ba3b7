import type { Job } from './build-job.ts';
import { composeContext } from './context/compose.ts';
import type { BuildContext } from './context/entry.ts';
import { renderPlan } from './dockerfile/render-plan.ts';
import { hidingReports, StepFailure } from './failure/step-failure.ts';
import { orUnreadable } from './plan-project.ts';
import type { BuildOutcome, BuildOutput, BuildRequest } from './providers/provider.ts';

/** A job with what the engine is given for its plan. All of its solves are given the same. */
export interface ComposedJob extends Job {
  readonly dockerfile: string;
  readonly context: BuildContext;
}

export async function composeJob(job: Job): Promise<ComposedJob> {
  const { tree, plan, base, root } = job;
  const dockerfile = await renderPlan(plan, base);
  return { ...job, dockerfile, context: await composeContext({ tree, plan, sharedKey: root }) };
}

export interface StageRequest {
  readonly stage: string;
  readonly output: BuildOutput;
  readonly noCache?: BuildRequest['noCache'];
  /** A solve after the first one: what that one has made is no news, only the stage itself is. */
  readonly again?: boolean;
}

/** Builds one stage of the plan. A step that fails is explained in its own words. */
export async function solveStage(
  { dockerfile, context, tree, plan, provider, secrets, signal, onEvent }: ComposedJob,
  { stage, output, noCache = false, again = false }: StageRequest,
): Promise<BuildOutcome> {
  try {
    const outcome = await orUnreadable(tree, () =>
      provider.build({
        dockerfile,
        context,
        platform: plan.platform,
        secrets,
        output,
        stage,
        titles: new Map(Object.entries(plan.titles).filter(([name]) => !again || name === stage)),
        noCache,
        signal,
        onEvent: hidingReports(onEvent),
      }),
    );
    // Of a file that the build had no need of it is not known yet whether it can be read.
    await tree.contents.all();
    return outcome;
  } catch (thrown) {
    if (!(thrown instanceof StepFailure)) throw thrown;
    const { explainStep } = await import('./failure/explain.ts');
    throw explainStep(thrown, dockerfile);
  }
}
