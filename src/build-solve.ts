import type { Job } from './build-job.ts';
import { composeContext } from './context/compose.ts';
import type { BuildContext } from './context/entry.ts';
import { renderPlan } from './dockerfile/render-plan.ts';
import { hidingReports, StepFailure } from './failure/step-failure.ts';
import { orUnreadable } from './plan-project.ts';
import type { BuildOutcome, BuildOutput } from './providers/provider.ts';

/** A job with what the engine is given for its plan. All of its solves are given the same. */
export interface ComposedJob extends Job {
  readonly dockerfile: string;
  readonly context: BuildContext;
  /** What the first solve builds anew, whatever the engine's cache says. */
  readonly noCache: boolean | readonly string[];
}

/** @param noCache `--no-cache`, or the stages of a `--rebuild` or of what the plan wants fresh */
export async function composeJob(job: Job, noCache: ComposedJob['noCache']): Promise<ComposedJob> {
  const { tree, plan, inputs, root } = job;
  const dockerfile = await renderPlan(plan, job);
  const context = await composeContext({ tree, plan: withFingerprint(plan, job), inputs, sharedKey: root });
  return { ...job, dockerfile, context, noCache };
}

/** Where steps that are given secrets of the target's own mount what tells them from others. */
const FINGERPRINT = 'secrets/fingerprint';

/** The plan itself is shown to people and knows nothing of secrets. */
function withFingerprint(plan: Job['plan'], { fingerprint }: Job): Job['plan'] {
  if (fingerprint === undefined) return plan;
  return { ...plan, files: { ...plan.files, [FINGERPRINT]: fingerprint } };
}

/** The job for the stages after the first one, whose result the target has read by then. */
export async function withMade(
  job: ComposedJob,
  made: Readonly<Record<string, string>>,
): Promise<ComposedJob> {
  const { tree, plan, inputs, root } = job;
  const context = await composeContext({
    tree,
    plan: withFingerprint(plan, job),
    inputs,
    made,
    sharedKey: root,
  });
  return { ...job, context };
}

export interface StageRequest {
  readonly stage: string;
  readonly output: BuildOutput;
  /** A solve after the first one: what that one has made is no news, only the stage itself is. */
  readonly again?: boolean;
}

/** Builds one stage of the plan. A step that fails is explained in its own words. */
export async function solveStage(
  { dockerfile, context, noCache, tree, plan, provider, secrets, signal, onEvent }: ComposedJob,
  { stage, output, again = false }: StageRequest,
): Promise<BuildOutcome> {
  // What the first solve made anew is the newest in the cache. What copies from it may have been
  // made of something older under the same key, as keys tell how a thing is made, not what it is.
  const anew = again && noCache !== false ? [stage] : noCache;
  try {
    const outcome = await orUnreadable(tree, () =>
      provider.build({
        dockerfile,
        context,
        platform: plan.platform,
        secrets,
        output,
        stage,
        tellSending: !again,
        titles: new Map(Object.entries(plan.titles).filter(([name]) => !again || name === stage)),
        noCache: anew,
        signal,
        onEvent: hidingReports(onEvent),
      }),
    );
    // Of a file that the build had no need of it is not known yet whether it can be read.
    await tree.contents.all();
    return outcome;
  } catch (thrown) {
    if (!(thrown instanceof StepFailure)) throw thrown;
    const [{ explainStep }, { findLine }] = await Promise.all([
      import('./failure/explain.ts'),
      import('./project/python/find-line.ts'),
    ]);
    throw explainStep(thrown, {
      dockerfile,
      findLine: (file, statement) => findLine(tree, file, statement),
    });
  }
}
