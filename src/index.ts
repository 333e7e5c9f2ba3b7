/**
 * The public API. `buildProject` does what `ovenbird build` does; the command line is one of
 * its callers.
 */
export { buildProject, planProject } from './build.ts';
export type { BuildOptions, BuildResult } from './build-options.ts';
export type { PlannedProject } from './plan-project.ts';
export type { BuildPlan } from './plan/schema.ts';
export type { BuildEvent, EventSink } from './events.ts';
export { ERROR_CODES, EXIT, OvenbirdError } from './errors.ts';
export type { ErrorCode, Location, Problem } from './errors.ts';
