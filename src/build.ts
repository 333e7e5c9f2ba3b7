import { existsSync } from 'node:fs';
import { rm, mkdir } from 'node:fs/promises';
import { withStaging } from './artifact/staging.ts';
import { deliver } from './build-deliver.ts';
import { prepare, type Job } from './build-job.ts';
import type { BuildOptions, BuildResult } from './build-options.ts';
import { composeJob, solveStage, type ComposedJob } from './build-solve.ts';
import { startDeadline } from './deadline.ts';
import { givenTo, planTree } from './plan-project.ts';
import { OvenbirdError } from './errors.ts';
import { maskOf, type Mask } from './events-mask.ts';
import type { BuildOutcome } from './providers/provider.ts';
import type { PackagedContents } from './targets/target.ts';

export type { BuildOptions, BuildResult } from './build-options.ts';
export { detectTarget, planProject } from './plan-project.ts';

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
  const prepared = await prepare(options, signal);
  const { destination, provider } = prepared;
  try {
    return await attempt(prepared, startedAt);
  } catch (thrown) {
    const { artifact } = destination;
    if (artifact !== undefined && existsSync(artifact))
      prepared.onEvent({ type: 'note', message: `${artifact} is as it was before this build` });
    throw thrown;
  } finally {
    await provider.close();
  }
}

/** Builds; and once more, when what failed may be the plan's fault. */
async function attempt(prepared: Job, startedAt: number): Promise<BuildResult> {
  const { target, plan, destination, options, signal, onEvent } = prepared;
  try {
    return await withStaging(destination, (staging) => build(prepared, staging, startedAt));
  } catch (thrown) {
    const facts = thrown instanceof OvenbirdError ? target.reconsider?.(thrown, plan) : undefined;
    if (facts === undefined) {
      if (!signal.aborted) await target.withdraw?.({ plan, ...givenTo(options) });
      throw thrown;
    }
    onEvent({ type: 'note', message: 'once more, with files as they are instead of their outlines' });
    return attempt({ ...prepared, ...(await planTree(prepared, { ...options, signal }, facts)) }, startedAt);
  }
}

async function build(prepared: Job, staging: string, startedAt: number): Promise<BuildResult> {
  const { job, outcome } = await buildResult(prepared, staging);
  const { target, plan, root, base } = job;
  const packaged = await target.package({
    plan,
    root,
    staging,
    ...(job.destination.folder === undefined ? {} : { folder: job.destination.folder }),
    base,
    ran: new Set(outcome.ran),
    ...givenTo(prepared.options),
  });
  const contents = masked(packaged.contents, maskOf(prepared.secrets));
  for (const warning of contents.warnings) job.onEvent({ type: 'warning', ...warning });
  for (const message of contents.notes) job.onEvent({ type: 'note', message });
  const artifact = await deliver({ job, packaged, staging });
  if (packaged.failure) throw packaged.failure;
  return {
    schema: 1,
    target: target.name,
    project: root,
    name: plan.name,
    python: plan.python,
    platform: plan.platform,
    base,
    ...contents,
    artifact,
    durationMs: Math.round(performance.now() - startedAt),
    cachedSteps: outcome.cachedSteps,
    steps: outcome.steps,
    engine: (await prepared.provider.describe()).title,
  };
}

/** A target's words may hold what the project's own code said. */
function masked(contents: PackagedContents, mask: Mask): PackagedContents {
  return {
    ...contents,
    notes: contents.notes.map(mask),
    warnings: contents.warnings.map((warning) => ({
      ...warning,
      message: mask(warning.message),
      ...(warning.hint === undefined ? {} : { hint: mask(warning.hint) }),
    })),
  };
}

/** By then the project is sent, and this process waits for steps to run. */
const HANDSHAKE_MS = 150;

/** A plan that twice turns out to be wrong is wrong for another reason, usually. */
const MOST_PLANS = 3;

/** Builds the plan's result; where only the build could tell something, plans and builds again. */
async function buildResult(
  prepared: Job,
  staging: string,
): Promise<{ job: ComposedJob; outcome: BuildOutcome }> {
  let current = prepared;
  const mostPlans = prepared.target.mostPlans ?? MOST_PLANS;
  for (let plans = 1; ; plans += 1) {
    const { plan } = current;
    const job = await composeJob(current, notFromCache(current, plans === 1));
    const solving = solveStage(job, { stage: plan.result, output: { type: 'folder', folder: staging } });
    if (plan.image) setTimeout(() => job.provider.images?.prepare(), HANDSHAKE_MS).unref();
    const outcome = await solving;
    const discovery = plans < mostPlans ? await job.target.discover?.(staging, plan) : undefined;
    if (discovery === undefined) return { job, outcome };
    for (const warning of discovery.warnings) job.onEvent({ type: 'warning', ...warning });
    current = {
      ...prepared,
      ...(await planTree(job, { ...job.options, signal: job.signal }, discovery.facts)),
    };
    await rm(staging, { recursive: true });
    await mkdir(staging);
  }
}

/** `--no-cache`, `--rebuild`: what is built anew. Once: a second try finds it in the cache. */
function notFromCache({ options, plan }: Job, first: boolean): boolean | readonly string[] {
  if (first && options.noCache === true) return true;
  const stages = [...(first && options.rebuild === true ? plan.rebuilt : []), ...(plan.fresh ?? [])];
  return stages.length > 0 && stages;
}
