import { OvenbirdError, throwAll, type Problem } from './errors.ts';
import type { EventSink } from './events.ts';
import type { BuildPlan } from './plan/schema.ts';
import type { Provider } from './providers/provider.ts';

/** The images that a build starts from, as they stand in its Dockerfile. */
export interface JobImages {
  readonly base: string;
  /** The further ones, by placeholder. */
  readonly images: Readonly<Record<string, string>>;
}

/**
 * Chooses all images of a plan at once: a registry that is silent is waited for once, not once
 * an image.
 * @throws OvenbirdError `BASE_IMAGE_UNAVAILABLE` with every image that cannot be had
 */
export async function chooseImages(
  provider: Pick<Provider, 'chooseBase'>,
  { base, images = {}, platform }: Pick<BuildPlan, 'base' | 'images' | 'platform'>,
  around: { readonly signal: AbortSignal; readonly onEvent: EventSink },
): Promise<JobImages> {
  const names = Object.keys(images);
  const chosen = await Promise.allSettled([
    provider.chooseBase({ ...base, platform, ...around }),
    ...Object.values(images).map((image) =>
      provider.chooseBase({ ...image, platform, fixed: true, ...around }),
    ),
  ]);
  const missing: Problem[] = [];
  const references = chosen.map((each) => {
    if (each.status === 'fulfilled') return each.value;
    const reason: unknown = each.reason;
    // An engine that fails says so by itself.
    if (!(reason instanceof OvenbirdError) || reason.code !== 'BASE_IMAGE_UNAVAILABLE') throw reason;
    missing.push(...reason.problems);
    return '';
  });
  throwAll(missing);
  const [first = '', ...others] = references;
  return { base: first, images: Object.fromEntries(names.map((name, index) => [name, others[index] ?? ''])) };
}
