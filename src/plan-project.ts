import { resolve } from 'node:path';
import type { BuildOptions } from './build-options.ts';
import { problem } from './errors.ts';
import type { BuildPlan } from './plan/schema.ts';
import { scanProject } from './project/scan.ts';
import { loadStatCache } from './project/stat-cache.ts';
import type { ProjectTree } from './project/tree.ts';
import { loadTarget, TARGET_NAMES } from './targets/registry.ts';
import type { Target } from './targets/target.ts';

export interface PlannedProject {
  readonly target: Target;
  readonly tree: ProjectTree;
  readonly plan: BuildPlan;
}

/**
 * The first half of the flow, which needs no engine: reads the project and plans its build.
 * @throws OvenbirdError with every problem of the input at once
 */
export async function planProject(options: BuildOptions): Promise<PlannedProject> {
  const planned = await planListed(options);
  await planned.tree.contents.all();
  return planned;
}

/**
 * The same, but what the plan has no need of may still be being read when it resolves:
 * `tree.contents.all()` waits for it.
 */
export async function planListed(options: BuildOptions): Promise<PlannedProject> {
  const { target, tree } = await readProject(options);
  void tree.contents.all();
  try {
    return { target, tree, plan: await planTree(target, tree, options) };
  } catch (thrown) {
    // A file that can't be read comes first: the rest may only follow from it.
    await tree.contents.all();
    throw thrown;
  }
}

async function planTree(target: Target, tree: ProjectTree, options: BuildOptions): Promise<BuildPlan> {
  const onEvent = options.onEvent ?? (() => undefined);
  for (const warning of tree.warnings) onEvent(warning);
  const plan = await target.plan({
    tree,
    platform: options.platform ?? 'linux/amd64',
    ...(options.python === undefined ? {} : { python: options.python }),
    ...(options.base === undefined ? {} : { base: options.base }),
    verify: options.verify ?? true,
    options: options.targetOptions ?? {},
    environment: options.environment ?? process.env,
    onEvent,
  });
  for (const message of plan.reasons) onEvent({ type: 'note', message });
  return plan;
}

/** With a target named, its rules decide; else the first target that knows the folder. */
async function readProject(options: BuildOptions): Promise<{ target: Target; tree: ProjectTree }> {
  const root = resolve(options.project);
  const names = options.target === undefined ? TARGET_NAMES : [options.target];
  let seen: ProjectTree | undefined;
  for (const name of names) {
    const target = await loadTarget(name);
    const tree = await scanProject({
      root,
      rules: target.ignore,
      statCache: loadStatCache(root),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (options.target !== undefined || (await target.detect(tree))) return { target, tree };
    seen = tree;
  }
  // What it looks like may depend on a file that can't be read.
  await seen?.contents.all();
  throw problem('TARGET_NOT_DETECTED', `nothing in ${root} looks like a project that ovenbird builds`, {
    hint: `say what it is: ${TARGET_NAMES.map((name) => `ovenbird build --target ${name}`).join(', ')}`,
  });
}
