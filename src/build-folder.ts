import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withStaging } from './artifact/staging.ts';
import { asStep } from './events-step.ts';
import { solveStage, type ComposedJob } from './build-solve.ts';
import type { FolderOutput } from './targets/target.ts';

/**
 * Puts a stage's files into a folder that may hold others, each by a rename. The marker goes
 * first and comes last: while it is there, the rest is whole.
 */
export async function receiveFolder(
  job: ComposedJob,
  { stage, to, marker, title }: FolderOutput,
): Promise<void> {
  const { signal, onEvent } = job;
  await asStep({ title, onEvent }, () =>
    withStaging({ folder: to }, async (staging) => {
      await solveStage(job, { stage, output: { type: 'folder', folder: staging }, again: true });
      signal.throwIfAborted();
      await rm(join(to, marker), { force: true });
      for (const path of await filesOf(staging)) {
        if (path !== marker) await moveTo(join(staging, path), join(to, path));
      }
      await moveTo(join(staging, marker), join(to, marker));
    }),
  );
}

async function filesOf(folder: string, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesOf(folder, path)));
    else found.push(path);
  }
  return found;
}

async function moveTo(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}
