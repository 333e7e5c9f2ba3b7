import { fileDigest } from './artifact/digest.ts';
import { place } from './artifact/place.ts';
import { artifactOf, buildImage } from './build-image.ts';
import type { BuildResult } from './build-options.ts';
import { deliverTree } from './build-tree.ts';
import { withMade, type ComposedJob } from './build-solve.ts';
import type { Packaged } from './targets/target.ts';

/** What was received and what the target says of it → the user's artifact, in its place. */
export function deliver(delivery: Delivery): Promise<BuildResult['artifact']> {
  const { tree } = delivery.packaged;
  if (tree) return deliverTree({ ...delivery, tree });
  return delivery.job.plan.image ? deliverImage(delivery) : deliverFile(delivery);
}

interface Delivery {
  readonly job: ComposedJob;
  readonly packaged: Packaged;
  readonly staging: string;
}

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
