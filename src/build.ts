import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileDigest } from './artifact/digest.ts';
import { checkReplaceable, place, type Destination } from './artifact/place.ts';
import { withStaging } from './artifact/staging.ts';
import type { BuildOptions, BuildResult } from './build-options.ts';
import { composeContext } from './context/compose.ts';
import { startDeadline } from './deadline.ts';
import { renderPlan } from './dockerfile/render-plan.ts';
import type { EventSink } from './events.ts';
import { hidingReports, StepFailure } from './failure/step-failure.ts';
import { planListed, type PlannedProject } from './plan-project.ts';
import { readCaBundle } from './project/ca.ts';
import type { ProjectTree } from './project/tree.ts';
import type { BuildOutcome, Provider } from './providers/provider.ts';
import { openProvider } from './providers/registry.ts';
import type { PackagedContents } from './targets/target.ts';

export type { BuildOptions, BuildResult } from './build-options.ts';
export { planProject } from './plan-project.ts';

/**
 * The whole flow: project → plan → Dockerfile → build → extract → package → result.
 * @throws OvenbirdError only; an earlier artifact is then as it was
 */
export async function buildProject(options: BuildOptions): Promise<BuildResult> {
  const deadline = startDeadline({ signal: options.signal, timeoutMs: options.timeoutMs });
  try {
    return await run(options, deadline.signal);
  } catch (thrown) {
    throw deadline.reason() ?? thrown;
  } finally {
    deadline.end();
  }
}

async function run(options: BuildOptions, signal: AbortSignal): Promise<BuildResult> {
  const startedAt = performance.now();
  const job = await prepare(options, signal);
  const { target, plan, destination, provider, base } = job;
  try {
    return await withStaging(destination, async (staging) => {
      const outcome = await buildInto(staging, job);
      const artifact = await deliver(staging, job);
      return {
        schema: 1,
        target: target.name,
        project: job.root,
        name: plan.name,
        python: plan.python,
        platform: plan.platform,
        base,
        ...artifact,
        durationMs: Math.round(performance.now() - startedAt),
        cachedSteps: outcome.cachedSteps,
        steps: outcome.steps,
        engine: (await provider.describe()).title,
      };
    });
  } catch (thrown) {
    const { artifact } = destination;
    if (existsSync(artifact))
      job.onEvent({ type: 'note', message: `${artifact} is as it was before this build` });
    throw thrown;
  } finally {
    await provider.close();
  }
}

/** All that a build needs to know before it begins. */
interface Job extends PlannedProject {
  readonly root: string;
  readonly options: BuildOptions;
  readonly destination: Destination;
  readonly provider: Provider;
  /** The image that the build starts from. */
  readonly base: string;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly signal: AbortSignal;
  readonly onEvent: EventSink;
}

/** Reads and plans the project while the engine is found: each takes as long as the other. */
async function prepare(options: BuildOptions, signal: AbortSignal): Promise<Job> {
  const root = resolve(options.project);
  const onEvent = options.onEvent ?? (() => undefined);
  const ca = await readCaBundle({ flag: options.caFile, environment: options.environment ?? process.env });
  const unwanted = new AbortController();
  const opening = openProvider({
    engine: options.engine,
    signal: AbortSignal.any([signal, unwanted.signal]),
    onEvent,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  try {
    const [planned] = await Promise.all([planListed({ ...options, signal }), opening.catch(() => undefined)]);
    return await orUnreadable(planned.tree, async () => {
      const destination = planned.target.destination({ root, output: options.output });
      await checkReplaceable(destination.artifact);
      const provider = await opening;
      const { platform } = planned.plan;
      const base = await provider.chooseBase({ ...planned.plan.base, platform, signal, onEvent });
      const secrets = new Map(ca ? [['ca', ca.pem]] : []);
      return { ...planned, root, options, destination, provider, base, secrets, signal, onEvent };
    });
  } catch (thrown) {
    unwanted.abort();
    throw thrown;
  }
}

/** A mistake in the project is told before one in the engine, always. */
async function orUnreadable<T>({ contents }: ProjectTree, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    await contents.all();
    throw thrown;
  }
}

async function buildInto(staging: string, job: Job): Promise<BuildOutcome> {
  const { tree, plan, provider, options, signal, onEvent } = job;
  const dockerfile = await renderPlan(plan, job.base);
  try {
    const context = await composeContext({ tree, plan, sharedKey: job.root });
    const outcome = await orUnreadable(tree, () =>
      provider.build({
        dockerfile,
        context,
        platform: plan.platform,
        secrets: job.secrets,
        output: { type: 'folder', folder: staging },
        titles: new Map(Object.entries(plan.titles)),
        noCache: options.noCache === true || (options.rebuild === true && plan.rebuilt),
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

/** Received files → the user's artifact, in its place. */
async function deliver(staging: string, job: Job): Promise<PackagedContents & Pick<BuildResult, 'artifact'>> {
  const { target, plan, root, destination, options, signal, onEvent } = job;
  const received = { ...destination, plan, root, staging, options: options.targetOptions ?? {} };
  const { artifact: placement, others, contents } = await target.package(received);
  for (const warning of contents.warnings) onEvent({ type: 'warning', ...warning });
  const facts = await fileDigest(placement.from);
  signal.throwIfAborted();
  await place([...others, placement], staging);
  const artifact = { path: placement.to, ...facts };
  onEvent({ type: 'artifact', ...artifact });
  return { ...contents, artifact };
}
