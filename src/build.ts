import { resolve } from 'node:path';
import { fileDigest } from './artifact/digest.ts';
import { checkReplaceable, place } from './artifact/place.ts';
import { withStaging } from './artifact/staging.ts';
import type { BuildOptions, BuildResult } from './build-options.ts';
import { composeContext } from './context/compose.ts';
import { startDeadline } from './deadline.ts';
import { renderPlan } from './dockerfile/render-plan.ts';
import { explainStep } from './failure/explain.ts';
import { StepFailure } from './failure/step-failure.ts';
import { readCaBundle } from './project/ca.ts';
import { openProvider } from './providers/registry.ts';
import { planProject } from './plan-project.ts';

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
  const root = resolve(options.project);
  const onEvent = options.onEvent ?? (() => undefined);
  const secrets = await readSecrets(options);
  // Finding and dialling the engine takes as long as reading the project: side by side.
  const opening = openProvider({ engine: options.engine, signal, onEvent });
  opening.catch(() => undefined);
  try {
    const { target, tree, plan } = await planProject({ ...options, signal });
    const destination = target.destination({ root, output: options.output });
    await checkReplaceable(destination.artifact);
    const provider = await opening;
    const base = await provider.chooseBase({ ...plan.base, platform: plan.platform, signal, onEvent });
    const dockerfile = await renderPlan(plan, base);
    const context = await composeContext({ tree, plan, sharedKey: root });
    return await withStaging(destination, async (staging) => {
      const outcome = await provider
        .build({
          dockerfile,
          context,
          platform: plan.platform,
          secrets,
          output: { type: 'folder', folder: staging },
          titles: new Map(Object.entries(plan.titles)),
          noCache: options.noCache === true || (options.rebuild === true && plan.rebuilt),
          signal,
          onEvent,
        })
        .catch((thrown: unknown) => {
          throw thrown instanceof StepFailure ? explainStep(thrown, dockerfile) : thrown;
        });
      const packaged = await target.package({
        ...destination,
        plan,
        root,
        staging,
        options: options.targetOptions ?? {},
      });
      for (const warning of packaged.contents.warnings) onEvent({ type: 'warning', ...warning });
      const facts = await fileDigest(packaged.artifact.from);
      signal.throwIfAborted();
      await place([...packaged.others, packaged.artifact], staging);
      const artifact = { path: packaged.artifact.to, ...facts };
      onEvent({ type: 'artifact', ...artifact });
      return {
        schema: 1,
        target: target.name,
        project: root,
        name: plan.name,
        python: plan.python,
        platform: plan.platform,
        base,
        artifact,
        ...packaged.contents,
        durationMs: Math.round(performance.now() - startedAt),
        cachedSteps: outcome.cachedSteps,
        steps: outcome.steps,
        engine: (await provider.describe()).title,
      };
    });
  } finally {
    await opening.then(
      (provider) => provider.close(),
      () => undefined,
    );
  }
}

async function readSecrets(options: BuildOptions): Promise<ReadonlyMap<string, Uint8Array>> {
  const ca = await readCaBundle({ flag: options.caFile, environment: options.environment ?? process.env });
  return new Map(ca ? [['ca', ca.pem]] : []);
}
