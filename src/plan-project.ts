import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BuildOptions } from './build-options.ts';
import { allOrProblems, OvenbirdError, problem } from './errors.ts';
import { printable } from './project/names.ts';
import { scanProject } from './project/scan.ts';
import { loadStatCache } from './project/stat-cache.ts';
import type { ProjectTree } from './project/tree.ts';
import { loadTarget, TARGET_NAMES } from './targets/registry.ts';
import type { Discovery, Planned, SecretsRequest, Target } from './targets/target.ts';

/** A project as it was read, and who builds it. */
export interface ReadProject {
  /** The project's folder, absolute. */
  readonly root: string;
  /** The file that was named instead of the folder, relative to it. */
  readonly entry?: string;
  readonly target: Target;
  readonly tree: ProjectTree;
}

export interface PlannedProject extends ReadProject, Planned {}

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
 * @param beside work whose problems are told together with the plan's
 */
export async function planListed(
  options: BuildOptions,
  beside: (target: Target) => Promise<void> = () => Promise.resolve(),
): Promise<PlannedProject> {
  const project = await readProject(options);
  void project.tree.contents.all();
  return orUnreadable(project.tree, async () => {
    const onEvent = options.onEvent ?? (() => undefined);
    for (const warning of project.tree.warnings) onEvent(warning);
    const [planned] = await allOrProblems([planTree(project, options), beside(project.target)]);
    for (const message of planned.plan.reasons) onEvent({ type: 'note', message });
    return { ...project, ...planned };
  });
}

/**
 * A file that can't be read is told before a mistake in the plan, which may only follow from
 * it, and before one in the engine.
 */
export async function orUnreadable<T>({ contents }: ProjectTree, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    await contents.all();
    throw thrown;
  }
}

/** For the sentence that says why it is this Python. */
function pythonFrom({ origins }: BuildOptions): string {
  const place = origins?.['python']?.place;
  return place === undefined ? 'asked for on the command line' : `from ${place}`;
}

/** Which options the caller found in settings, a sentence a place. */
function settingsReasons({ origins = {} }: BuildOptions): string[] {
  const all = Object.values(origins);
  const sources = [...new Set(all.map(({ source }) => source))].sort();
  return sources.map((source) => {
    const names = all.filter((each) => each.source === source).map(({ name }) => name);
    return `options from ${source}: ${names.sort().join(', ')}`;
  });
}

/** Plans what was read. @param discovered see `Target.discover` */
export async function planTree(
  { target, tree, entry }: ReadProject,
  options: BuildOptions,
  discovered?: Discovery['facts'],
): Promise<Planned> {
  const { plan, ...others } = await target.plan({
    tree,
    ...(entry === undefined ? {} : { entry }),
    platform: options.platform ?? 'linux/amd64',
    ...(options.python === undefined ? {} : { python: options.python }),
    pythonFrom: pythonFrom(options),
    ...(options.base === undefined ? {} : { base: options.base }),
    ...(options.output === undefined ? {} : { output: options.output }),
    ...(discovered === undefined ? {} : { discovered }),
    verify: options.verify ?? true,
    secretNames: (options.secrets ?? []).map(({ id }) => id),
    options: options.targetOptions ?? {},
    environment: options.environment ?? process.env,
    // A second plan of the same project has nothing new to say.
    onEvent: (discovered === undefined ? options.onEvent : undefined) ?? (() => undefined),
  });
  const leftOut = tree.leftOut.map(({ path, why }) => `${printable(path)} is left out: ${why}`);
  const reasons = [...settingsReasons(options), ...plan.reasons, ...leftOut];
  return { ...others, plan: { ...plan, reasons } };
}

/**
 * Which target would build a project.
 * @throws OvenbirdError `TARGET_NOT_DETECTED`
 */
export async function detectTarget(options: BuildOptions): Promise<string> {
  return (await readProject(options)).target.name;
}

/** With a target named, its rules decide; else the first target that knows the project. */
async function readProject(options: BuildOptions): Promise<ReadProject> {
  const given = resolve(options.project);
  const names = options.target === undefined ? TARGET_NAMES : [options.target];
  let seen: ProjectTree | undefined;
  let refusal: unknown;
  for (const name of names) {
    const target = await loadTarget(name);
    if (options.target === undefined && !target.locate && isFile(given)) continue;
    const place = await locate(target, options.project).catch((thrown: unknown) => {
      // Another target may build such a file.
      if (options.target !== undefined || !(thrown instanceof OvenbirdError)) throw thrown;
      refusal ??= thrown;
      return undefined;
    });
    if (!place) continue;
    const told = givenTo(options);
    const tree = await scanProject({
      root: place.root,
      rules: target.ignore,
      exclude: await target.writes({ root: place.root, output: options.output, ...told }),
      secrets: target.secretFiles?.(told),
      statCache: loadStatCache(place.root),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (options.target !== undefined || (await target.detect(tree))) return { ...place, target, tree };
    seen = tree;
  }
  if (!seen && refusal !== undefined) throw refusal;
  // What it looks like may depend on a file that can't be read.
  await seen?.contents.all();
  throw problem('TARGET_NOT_DETECTED', `nothing in ${given} looks like a project that ovenbird builds`, {
    hint: `say what it is: ${TARGET_NAMES.map((name) => `ovenbird build --target ${name}`).join(', ')}`,
  });
}

/** What a target is told of the caller. */
export function givenTo({ targetOptions = {}, environment = process.env }: BuildOptions): SecretsRequest {
  return { options: targetOptions, environment };
}

async function locate(
  target: Target,
  project: string,
): Promise<{ readonly root: string; readonly entry?: string }> {
  return (await target.locate?.(project)) ?? { root: resolve(project) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
