import { existsSync } from 'node:fs';
import { rm, mkdir } from 'node:fs/promises';
import { fileDigest } from './artifact/digest.ts';
import { place } from './artifact/place.ts';
import { withStaging } from './artifact/staging.ts';
import { artifactOf, buildImage } from './build-image.ts';
import { prepare, type Job } from './build-job.ts';
import type { BuildOptions, BuildResult } from './build-options.ts';
import { composeJob, solveStage, withMade, type ComposedJob } from './build-solve.ts';
import { startDeadline } from './deadline.ts';
import { planTree } from './plan-project.ts';
import { OvenbirdError } from './errors.ts';
import type { BuildOutcome } from './providers/provider.ts';
import type { Packaged } from './targets/target.ts';

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
    if (facts === undefined) throw thrown;
    onEvent({ type: 'note', message: 'once more, with files as they are instead of their outlines' });
    return attempt({ ...prepared, plan: await planTree(prepared, { ...options, signal }, facts) }, startedAt);
  }
}

async function build(prepared: Job, staging: string, startedAt: number): Promise<BuildResult> {
  const { job, outcome } = await buildResult(prepared, staging);
  const { target, plan, root, base } = job;
  const packaged = await target.package({
    plan,
    root,
    staging,
    base,
    ran: new Set(outcome.ran),
    options: prepared.options.targetOptions ?? {},
    environment: prepared.options.environment ?? process.env,
  });
  const { contents } = packaged;
  for (const warning of contents.warnings) job.onEvent({ type: 'warning', ...warning });
  for (const message of contents.notes) job.onEvent({ type: 'note', message });
  const artifact = await (plan.image ? deliverImage : deliverFile)({ job, packaged, staging });
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

/** By then the project is sent, and this process waits for steps to run. */
const HANDSHAKE_MS = 150;

/** A plan that twice turns out to be wrong is wrong for another reason. */
const MOST_PLANS = 3;

/** Builds the plan's result; where only the build could tell something, plans and builds again. */
async function buildResult(
  prepared: Job,
  staging: string,
): Promise<{ job: ComposedJob; outcome: BuildOutcome }> {
  let { plan } = prepared;
  for (let plans = 1; ; plans += 1) {
    const current = { ...prepared, plan };
    const job = await composeJob(current, notFromCache(current, plans === 1));
    const solving = solveStage(job, { stage: plan.result, output: { type: 'folder', folder: staging } });
    if (plan.image) setTimeout(() => job.provider.images?.prepare(), HANDSHAKE_MS).unref();
    const outcome = await solving;
    const discovery = plans < MOST_PLANS ? await job.target.discover?.(staging) : undefined;
    if (discovery === undefined) return { job, outcome };
    job.onEvent({ type: 'warning', ...discovery.warning });
    plan = await planTree(job, { ...job.options, signal: job.signal }, discovery.facts);
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

interface Delivery {
  readonly job: ComposedJob;
  readonly packaged: Packaged;
  readonly staging: string;
}

/** Received files → the user's artifact, in its place. */
async function deliverFile({ job, packaged, staging }: Delivery): Promise<BuildResult['artifact']> {
  const { signal, onEvent, target, destination } = job;
  const { file, others } = packaged;
  const { artifact } = destination;
  if (file === undefined || artifact === undefined) throw new Error(`${target.name} made nothing`);
  const facts = await fileDigest(file);
  signal.throwIfAborted();
  await place([...others, { from: file, to: artifact }], staging);
  onEvent({ type: 'artifact', path: artifact, ...facts });
  return { kind: 'file', path: artifact, ...facts };
}

/** The image is made and checked; then everything appears: files, archive, names. */
async function deliverImage({ job: first, packaged, staging }: Delivery): Promise<BuildResult['artifact']> {
  const job = packaged.made === undefined ? first : await withMade(first, packaged.made);
  const { plan, destination, signal, onEvent } = job;
  if (!plan.image) throw new Error('no image is planned');
  const { tags } = plan.image;
  const image = await buildImage({ job, image: plan.image, labels: packaged.labels ?? {}, staging });
  try {
    const { receiveFolder } = await import('./build-folder.ts');
    for (const folder of packaged.folders ?? []) await receiveFolder(job, folder);
    signal.throwIfAborted();
    if (image.archive !== undefined && destination.artifact !== undefined) {
      const facts = await fileDigest(image.archive);
      await place([...packaged.others, { from: image.archive, to: destination.artifact }], staging);
      onEvent({ type: 'artifact', path: destination.artifact, ...facts });
      return { kind: 'file', path: destination.artifact, ...facts, tags };
    }
    await place(packaged.others, staging);
    await image.publish();
    const artifact = artifactOf(image, tags);
    onEvent({ type: 'artifact', path: artifact.path, bytes: artifact.bytes, digest: artifact.digest });
    return artifact;
  } finally {
    await image.release();
  }
}
