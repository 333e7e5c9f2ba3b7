import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkOwn, holdsTree, treeFacts } from './artifact/tree.ts';
import { place } from './artifact/place.ts';
import type { BuildResult } from './build-options.ts';
import { solveStage, type ComposedJob } from './build-solve.ts';
import type { Packaged, TreeOutput } from './targets/target.ts';

/**
 * Receives executables and what lies beside them. Where these very files are in their place
 * already, from an earlier build, nothing is received.
 */
export async function deliverTree(options: {
  readonly job: ComposedJob;
  readonly packaged: Packaged;
  readonly tree: TreeOutput;
  readonly staging: string;
}): Promise<BuildResult['artifact']> {
  const { job, packaged, tree, staging } = options;
  const { signal, onEvent } = job;
  const facts = treeFacts(tree.files);
  if (!(await holdsTree(tree))) {
    for (const { to } of tree.places) {
      await checkOwn(to);
      await mkdir(dirname(to), { recursive: true });
    }
    const folder = join(staging, 'tree');
    await mkdir(folder);
    await solveStage(job, { stage: tree.stage, output: { type: 'folder', folder }, again: true });
    signal.throwIfAborted();
    const moved = tree.places.map(({ name, to }) => ({ from: join(folder, name), to }));
    await place([...packaged.others, ...moved], staging);
  } else await place(packaged.others, staging);
  for (const path of tree.obsolete) {
    await checkOwn(path);
    await rm(path, { recursive: true, force: true });
  }
  onEvent({ type: 'artifact', path: tree.path, ...facts });
  return { kind: tree.isFolder ? 'folder' : 'file', path: tree.path, ...facts };
}
