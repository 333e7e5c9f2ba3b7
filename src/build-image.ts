import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { BuildResult } from './build-options.ts';
import { solveStage, type ComposedJob } from './build-solve.ts';
import { problem } from './errors.ts';
import { asStep } from './events-step.ts';
import type { BuildPlan } from './plan/schema.ts';
import type { ImageStore } from './providers/provider.ts';

type PlannedImage = NonNullable<BuildPlan['image']>;

export interface ImageOptions {
  readonly job: ComposedJob;
  readonly image: PlannedImage;
  readonly labels: Readonly<Record<string, string>>;
  /** For the archive, where one is wanted. */
  readonly staging: string;
}

/** An image that passed its checks; nothing that the user can see has changed yet. */
export interface CheckedImage {
  readonly id: string;
  readonly bytes: number;
  /** The archive in the staging folder, where one was asked for. */
  readonly archive?: string;
  /** Moves the user's names to it, and pushes them where that is planned. */
  publish(): Promise<void>;
  /** Forgets the name that it was checked under. To be called whatever happens. */
  release(): Promise<void>;
}

/**
 * Makes the plan's image under a name that nobody uses and runs its checks.
 * @throws OvenbirdError of the build, or of the first check that fails
 */
export async function buildImage(options: ImageOptions): Promise<CheckedImage> {
  const { job, image, labels } = options;
  const { provider, plan } = job;
  const store = provider.images;
  if (store === undefined) {
    throw problem('ENGINE_PROTOCOL', `${provider.name} keeps no images, and ${plan.target} makes one`);
  }
  const name = `ovenbird-unverified:${randomBytes(8).toString('hex')}`;
  const release = (): Promise<void> => store.remove(name);
  try {
    await solveStage(job, { stage: image.stage, output: { type: 'image', name, labels }, again: true });
    for (const check of image.checks) await runCheck(store, name, check, job);
    const made = await store.find(name);
    if (made === undefined) {
      throw problem('ENGINE_PROTOCOL', 'the engine finished the build without keeping its image');
    }
    const archive = job.destination.artifact && (await saveArchive(options, store, name));
    return {
      ...made,
      ...(archive === undefined ? {} : { archive }),
      async publish() {
        for (const tag of image.tags) await store.tag(name, tag);
        if (image.push) for (const tag of image.tags) await push(store, tag, job);
      },
      release,
    };
  } catch (thrown) {
    await release();
    throw thrown;
  }
}

/** The same word for the file everywhere: the summary says what it is. */
export function artifactOf({ id, bytes }: CheckedImage, tags: readonly string[]): BuildResult['artifact'] {
  return { kind: 'image', path: tags[0] ?? id, bytes, digest: id, tags };
}

function runCheck(
  store: ImageStore,
  image: string,
  { title, command, says, tmpfs, timeoutSeconds }: PlannedImage['checks'][number],
  { plan, signal, onEvent }: ComposedJob,
): Promise<void> {
  return asStep({ title, onEvent }, async (step) => {
    const timeoutMs = timeoutSeconds * 1000;
    const result = await store.run({ image, platform: plan.platform, command, tmpfs, timeoutMs, signal });
    const said = lines(result.stdout);
    if (result.exitStatus !== 0 || said.at(-1) !== says) {
      const { explainCheck } = await import('./failure/explain-check.ts');
      throw explainCheck(title, result);
    }
    for (const text of said) {
      onEvent({ type: 'log', step, stream: 'stdout', text, time: Date.now() });
    }
  });
}

function push(store: ImageStore, tag: string, { signal, onEvent }: ComposedJob): Promise<void> {
  return asStep({ title: `push ${tag}`, onEvent }, (step) => {
    const onProgress = (current: number): void => onEvent({ type: 'progress', step, label: 'sent', current });
    return store.push(tag, onProgress, signal);
  });
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function saveArchive(
  { job, image, staging }: ImageOptions,
  store: ImageStore,
  name: string,
): Promise<string> {
  const { renameImage } = await import('./artifact/image-archive.ts');
  const saved = join(staging, 'saved.tar');
  const archive = join(staging, 'image.tar');
  await store.save([name], saved, job.signal);
  await renameImage({ from: saved, to: archive, tags: image.tags, signal: job.signal });
  return archive;
}
