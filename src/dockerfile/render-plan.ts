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
  return renderDockerfile({
    template,
    ...imagesOf(plan, chosen),
    platform: plan.platform,
    stages: plan.stages,
  });
}

/** What stands for each image. A plan made anew may name one that nobody chose. */
export function imagesOf(
  { base, images = {} }: Pick<BuildPlan, 'base' | 'images'>,
  chosen: ChosenImages,
): Required<ChosenImages> {
  const own = Object.entries(images).map(([name, { reference }]) => [name, reference] as const);
  return {
    base: chosen.base ?? base.reference,
    images: Object.fromEntries(own.map(([name, reference]) => [name, chosen.images?.[name] ?? reference])),
  };
}
