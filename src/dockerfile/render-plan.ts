import { readOwnFile } from '../package-root.ts';
import type { BuildPlan } from '../plan/schema.ts';
import { renderDockerfile } from './render.ts';

/** Image references that take the place of the plan's own: stand-ins, where these were chosen. */
export interface ChosenImages {
  readonly base?: string;
  /** By placeholder. */
  readonly images?: Readonly<Record<string, string>>;
}

/** The Dockerfile of a plan, with its own image references where no others were chosen. */
export async function renderPlan(plan: BuildPlan, chosen: ChosenImages = {}): Promise<string> {
  const template = await readOwnFile(`dockerfiles/${plan.template}/Dockerfile`);
  const own = Object.entries(plan.images ?? {}).map(([name, { reference }]) => [name, reference] as const);
  return renderDockerfile({
    template,
    base: chosen.base ?? plan.base.reference,
    images: Object.fromEntries(own.map(([name, reference]) => [name, chosen.images?.[name] ?? reference])),
    platform: plan.platform,
    stages: plan.stages,
  });
}
