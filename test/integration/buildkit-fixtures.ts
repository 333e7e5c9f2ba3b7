import type Docker from 'dockerode';
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { runSolve, type Exporter, type SolveOptions } from '../../src/buildkit/solve.ts';
import type { ContextEntry } from '../../src/context/entry.ts';
import { comparePaths } from '../../src/project/path-order.ts';
import { upgradeTransport } from '../../src/engine/dial.ts';
import type { BuildEvent } from '../../src/events.ts';
import { buildOn } from '../../src/providers/build-on.ts';
import type { BuildOutput, BuildRequest } from '../../src/providers/provider.ts';
import { folder, inMemory } from '../buildkit/fake-daemon.ts';
import { dockerAt } from '../engine-cache.ts';
import { temporaryFolder } from '../temporary.ts';

/** A base image that the test bed makes on every engine. */
export const BASE = 'ovenbird/python:3.12';

export const LABEL = 'ovenbird.test';

/** A key that no engine has heard of. */
export function freshKey(): string {
  return `ovenbird-test-${randomBytes(8).toString('hex')}`;
}

/** Something that makes a step's text new, so that no cache answers it. */
export function salt(): string {
  return `: ${randomBytes(8).toString('hex')}`;
}

/** Adds the folders that entries lie in, and sorts. */
export function composed(entries: readonly ContextEntry[]): ContextEntry[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  }
  const known = new Set(entries.map(({ path }) => path));
  const added = [...folders].filter((path) => !known.has(path)).map((path) => folder(path));
  return [...entries, ...added].toSorted((a, b) => comparePaths(a.path, b.path));
}

export interface Sent {
  stats: number;
  files: number;
  bytes: number;
}

/** One solve without a provider around it, and what the context's transfer amounted to. */
export async function solveRaw(
  address: string,
  options: { dockerfile: string; entries?: readonly ContextEntry[]; exporter?: Exporter } & Partial<
    Omit<SolveOptions, 'exporter'>
  >,
): Promise<{ output: string; sent: Sent }> {
  const output = temporaryFolder();
  const sent: Sent = { stats: 0, files: 0, bytes: 0 };
  const { dockerfile, entries = [], ...rest } = options;
  await runSolve({
    transport: upgradeTransport(dockerAt(address)),
    sharedKey: freshKey(),
    folders: new Map([
      ['context', entries],
      ['dockerfile', [inMemory('Dockerfile', dockerfile)]],
    ]),
    frontendAttrs: { filename: 'Dockerfile' },
    secrets: new Map(),
    credentials: async () => undefined,
    exporter: { type: 'tar', folder: output },
    signal: new AbortController().signal,
    onStatus: () => undefined,
    onSend: (name, counts, done) => {
      if (name !== 'context' || !done) return;
      sent.stats += counts.stats;
      sent.files += counts.files;
      sent.bytes += counts.bytes;
    },
    ...rest,
  });
  return { output, sent };
}

/** One build as the Docker provider runs it. */
export async function build(
  address: string,
  request: { dockerfile: string; output?: BuildOutput; entries?: readonly ContextEntry[] } & Partial<
    Omit<BuildRequest, 'output' | 'context'>
  >,
) {
  const { entries = [], ...rest } = request;
  const folderPath = temporaryFolder();
  const events: BuildEvent[] = [];
  const outcome = await buildOn(
    upgradeTransport(dockerAt(address)),
    {
      context: { entries, sharedKey: freshKey() },
      platform: 'linux/amd64',
      secrets: new Map(),
      output: { type: 'folder', folder: folderPath },
      titles: new Map(),
      noCache: false,
      signal: new AbortController().signal,
      onEvent: (event) => events.push(event),
      ...rest,
    },
    async () => undefined,
  ).catch((error: unknown) => {
    throw Object.assign(error as Error, { events });
  });
  return { ...outcome, events, folder: folderPath };
}

/** Removes an image when the test ends. */
export function removeImageLater(docker: Docker, name: string): void {
  onTestFinished(() =>
    docker
      .getImage(name)
      .remove({ force: true })
      .then(
        () => undefined,
        () => undefined,
      ),
  );
}

/** Processes of this machine whose command line holds `words`; engines here run on it. */
export async function processesWith(words: string): Promise<number> {
  const { readdirSync, readFileSync } = await import('node:fs');
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words);
    } catch {
      return false;
    }
  }).length;
}
