/**
 * Sends a project of 20,000 files, 300 MB, to an engine: our whole process against the whole
 * of `docker buildx build`, one after the other in one run, so that whatever else the machine
 * does weighs on both. Cold (a folder that the engine has never seen) and unchanged.
 *   OVENBIRD_TEST_BUILDX=/path/to/docker-buildx node test/bench/context.ts [--rounds N]
 */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CacheSweeper, dockerAt } from '../engine-cache.ts';
import { testEngines } from '../integration/engines.ts';
import { median, roundsAsked } from './figures.ts';

const FILES = 20_000;
const BYTES = 300 * 1024 * 1024;
const FOLDERS = 200;
const MEMORY_LIMIT_MB = 250;
/** Builds of an unchanged project after each cold one: the shorter, the more it takes to tell. */
const UNCHANGED = 3;

const CHILD = fileURLToPath(new URL('context-build.mjs', import.meta.url));
const buildx = process.env['OVENBIRD_TEST_BUILDX'] ?? 'docker-buildx';
const rounds = roundsAsked();

interface Measured {
  readonly engine: string;
  readonly case: 'cold' | 'unchanged';
  /** Seconds, the median of the rounds. */
  readonly ours: number;
  readonly buildx: number;
  readonly ratio: number;
  readonly peakMb: number;
}

const root = mkdtempSync(join(tmpdir(), 'ovenbird-bench-'));
const results: Measured[] = [];
try {
  for (const { name, address } of testEngines()) results.push(...(await measure(name, address)));
} finally {
  rmSync(root, { recursive: true, force: true });
}
print(results);
process.exitCode = results.every(({ ratio, peakMb }) => ratio <= 1 && peakMb < MEMORY_LIMIT_MB) ? 0 : 1;

async function measure(engine: string, address: string): Promise<Measured[]> {
  let project = makeProject();
  const seconds = {
    cold: { ours: [] as number[], buildx: [] as number[] },
    unchanged: { ours: [] as number[], buildx: [] as number[] },
  };
  let peakMb = 0;
  // A round leaves 1.2 GB in the engine.
  const sweeper = new CacheSweeper(dockerAt(address), BYTES * 0.9);
  await sweeper.start();
  const run = {
    ours: async () => {
      const { stdout } = await execa(process.execPath, [CHILD, project, emptied('ours'), address]);
      peakMb = Math.max(peakMb, Number(stdout) / 1024);
    },
    buildx: () => runBuildx(project, address),
  };
  for (let round = 0; round < rounds; round += 1) {
    // Each begins half of the rounds: the second finds the files in the page cache.
    const order = round % 2 === 0 ? (['ours', 'buildx'] as const) : (['buildx', 'ours'] as const);
    for (const which of order) {
      // A new name is a new project to the engine, and new content runs the COPY again.
      const next = join(root, `project-${randomBytes(4).toString('hex')}`);
      renameSync(project, next);
      project = next;
      writeFileSync(join(project, 'salt.txt'), randomBytes(16).toString('hex'));
      seconds.cold[which].push(await timed(run[which]));
      for (let time = 0; time < UNCHANGED; time += 1) seconds.unchanged[which].push(await timed(run[which]));
    }
    await sweeper.sweep();
    const last = (kind: 'cold' | 'unchanged', which: 'ours' | 'buildx') =>
      seconds[kind][which].at(-1)?.toFixed(2);
    process.stderr.write(
      `${engine} round ${round + 1}: cold ${last('cold', 'ours')} against ${last('cold', 'buildx')} s, ` +
        `unchanged ${last('unchanged', 'ours')} against ${last('unchanged', 'buildx')} s\n`,
    );
  }
  rmSync(project, { recursive: true, force: true });
  return (['cold', 'unchanged'] as const).map((kind) => {
    const ours = median(seconds[kind].ours);
    const theirs = median(seconds[kind].buildx);
    return { engine, case: kind, ours, buildx: theirs, ratio: ours / theirs, peakMb: Math.round(peakMb) };
  });
}

/** Random bytes: nothing on the way can win by compressing. */
function makeProject(): string {
  const project = join(root, `project-${randomBytes(4).toString('hex')}`);
  const size = Math.floor(BYTES / FILES);
  for (let folder = 0; folder < FOLDERS; folder += 1) {
    const parent = join(project, `folder-${folder}`, 'src');
    mkdirSync(parent, { recursive: true });
    for (let file = 0; file < FILES / FOLDERS; file += 1) {
      // From a few bytes to twice the mean.
      writeFileSync(
        join(parent, `file-${file}.bin`),
        randomBytes(Math.floor((2 * size * file) / (FILES / FOLDERS))),
      );
    }
  }
  writeFileSync(
    join(root, 'Dockerfile'),
    'FROM scratch AS all\nCOPY . /ctx/\nFROM scratch\nCOPY --from=all /ctx/salt.txt /\n',
  );
  return project;
}

async function runBuildx(project: string, address: string): Promise<void> {
  // One for all runs: what buildx keeps there names this machine to the engine, and without
  // it every build would send everything.
  const config = join(root, 'docker-config');
  mkdirSync(config, { recursive: true });
  await execa(
    buildx,
    [
      'build',
      '--progress',
      'quiet',
      '--file',
      join(root, 'Dockerfile'),
      '--output',
      `type=local,dest=${emptied('theirs')}`,
      project,
    ],
    { env: { DOCKER_HOST: address, DOCKER_CONFIG: config, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' } },
  );
  if (readFileSync(join(root, 'theirs/salt.txt'), 'utf8') === '') throw new Error('buildx made nothing');
}

function emptied(name: string): string {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

async function timed(action: () => Promise<void>): Promise<number> {
  // What the run before has left to write would be paid for by this one.
  await execa('sync');
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

function print(measured: readonly Measured[]): void {
  const rows = [
    ['engine', 'case', 'ovenbird', 'buildx', 'ratio', 'our peak memory'],
    ...measured.map((each) => [
      each.engine,
      each.case,
      `${each.ours.toFixed(2)} s`,
      `${each.buildx.toFixed(2)} s`,
      each.ratio.toFixed(2),
      `${each.peakMb} MB`,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  process.stdout.write(`${JSON.stringify({ files: FILES, bytes: BYTES, rounds, results: measured })}\n`);
}
