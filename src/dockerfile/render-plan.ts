import { readOwnFile } from '../package-root.ts';
import type { BuildPlan } from '../plan/schema.ts';
import { renderDockerfile } from './render.ts';

/**
 * The Dockerfile of a plan.
 * @param base the image to start from; the plan's own unless a stand-in was chosen
 */
export async function renderPlan(plan: BuildPlan, base: string = plan.base.reference): Promise<string> {
  const template = await readOwnFile(`dockerfiles/${plan.template}/Dockerfile`);
  return renderDockerfile({ template, base, platform: plan.platform, stages: plan.stages });
}
