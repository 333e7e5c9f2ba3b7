import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildProject, type BuildOptions } from '../../src/build.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

/**
 * A wrong cache hit is the worst defect there is: for each input of a build, a change of that
 * input alone must run the steps that depend on it, and the archive must show it.
 */
const FILES = {
  'app.py': [
    'from pathlib import Path',
    'from runpod_flash import Endpoint',
    'import words',
    'GREETING = Path(__file__).with_name("greeting.txt").read_text()',
    '@Endpoint(name="app", cpu="cpu3c-1-2", dependencies=["idna==3.10"])',
    'def app(x=1):',
    '    return [x, 1111, words.WORD, GREETING]',
    '',
  ].join('\n'),
  'words.py': 'WORD = "aaaa"\n',
  'greeting.txt': 'hello\n',
  'requirements.txt': 'six==1.16.0\n',
};

const engine = testEngines()[0]?.address ?? '';

/** Stage by the first word of its title. */
const STAGES = {
  resolve: 'resolve',
  install: 'install',
  import: 'discover',
  compress: 'squeeze',
  pack: 'pack',
} as const;

interface Outcome {
  /** Stages that ran, i.e. were not answered from the cache. */
  readonly ran: readonly string[];
  readonly digest: string;
  readonly archive: string;
  readonly lock: string;
}

async function build(project: string, options: Partial<BuildOptions> = {}): Promise<Outcome> {
  const ran = new Set<string>();
  const result = await buildProject({
    project,
    engine,
    onEvent: (event) => {
      if (event.type !== 'step-finished' || event.cached || event.title.includes('worker')) return;
      const stage = STAGES[(event.title.split(' ')[0] ?? '') as keyof typeof STAGES];
      if (stage) ran.add(stage);
    },
    ...options,
  });
  const lock = readFileSync(join(project, 'ovenbird.lock'), 'utf8');
  return { ran: [...ran].toSorted(), digest: result.artifact.digest, archive: result.artifact.path, lock };
}

function member(archive: string, path: string): string {
  return execFileSync('tar', ['-xzOf', archive, `./${path}`], { encoding: 'utf8' });
}

async function newProject(): Promise<string> {
  const project = join(temporaryFolder(), 'app');
  await writeFiles(project, FILES);
  return project;
}

/** Changes a file to a text of the same size and gives it its old times back. */
function editUnseen(project: string, path: string, from: string, to: string): void {
  expect(to.length).toBe(from.length);
  const absolute = join(project, path);
  const { atime, mtime } = statSync(absolute);
  const text = readFileSync(absolute, 'utf8');
  expect(text).toContain(from);
  writeFileSync(absolute, text.replace(from, to));
  utimesSync(absolute, atime, mtime);
}

// The steps that know nothing of this project have run before anything is counted.
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ovenbird-test-'));
  await writeFiles(join(folder, 'app'), FILES);
  await build(join(folder, 'app'));
  rmSync(folder, { recursive: true });
}, 300_000);

interface Row {
  readonly input: string;
  readonly change: (project: string) => void;
  readonly options?: Partial<BuildOptions>;
  /** Stages that must have run; others may. */
  readonly runs: readonly string[];
  /** Stages that must not. */
  readonly keeps: readonly string[];
  readonly shows: (outcome: Outcome) => boolean;
}

const nothing = (): void => undefined;

const ROWS: readonly Row[] = [
  {
    input: "an endpoint's file",
    change: (project) => editUnseen(project, 'app.py', '1111', '2222'),
    runs: ['discover', 'pack'],
    keeps: ['resolve', 'install', 'squeeze'],
    shows: ({ archive }) => member(archive, 'app.py').includes('2222'),
  },
  {
    input: 'a module that it imports',
    change: (project) => editUnseen(project, 'words.py', 'aaaa', 'bbbb'),
    runs: ['discover', 'pack'],
    keeps: ['resolve', 'install', 'squeeze'],
    shows: ({ archive }) => member(archive, 'words.py').includes('bbbb'),
  },
  {
    input: 'a data file',
    change: (project) => editUnseen(project, 'greeting.txt', 'hello', 'salve'),
    runs: ['discover', 'pack'],
    keeps: ['resolve', 'install', 'squeeze'],
    shows: ({ archive }) => member(archive, 'greeting.txt') === 'salve\n',
  },
  {
    input: 'a line of requirements.txt',
    change: (project) => editUnseen(project, 'requirements.txt', '1.16.0', '1.15.0'),
    runs: ['resolve', 'install', 'discover', 'squeeze', 'pack'],
    keeps: [],
    shows: ({ archive, lock }) =>
      /^six==1\.15\.0/m.test(lock) && member(archive, 'six.py').includes('1.15.0'),
  },
  {
    input: "a decorator's dependency",
    change: (project) => editUnseen(project, 'app.py', 'idna==3.10', 'idna==3.9 '),
    runs: ['resolve', 'install', 'discover', 'pack'],
    keeps: [],
    shows: ({ lock }) => /^idna==3\.9/m.test(lock),
  },
  {
    input: '--exclude',
    change: nothing,
    options: { targetOptions: { exclude: ['six'] } },
    runs: ['resolve', 'install', 'pack'],
    keeps: [],
    shows: ({ lock }) => !/^six==/m.test(lock),
  },
  {
    input: '--python',
    change: nothing,
    options: { python: '3.11' },
    runs: ['resolve', 'install', 'discover', 'pack'],
    keeps: [],
    shows: ({ archive }) => member(archive, 'flash_manifest.json').includes('"python_version": "3.11"'),
  },
  {
    input: 'the lock, edited by hand',
    change: (project) => {
      const path = join(project, 'ovenbird.lock');
      const lock = readFileSync(path, 'utf8');
      writeFileSync(path, lock.replace(/^six==[^]*?(?=^[a-z]|(?![^]))/m, ''));
    },
    runs: ['install', 'pack'],
    keeps: ['resolve'],
    shows: ({ archive }) =>
      !execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).includes('./six.py'),
  },
  {
    input: 'FLASH_IMAGE_TAG',
    change: nothing,
    options: { environment: { ...process.env, FLASH_IMAGE_TAG: 'v77' } },
    runs: ['discover', 'pack'],
    keeps: ['resolve', 'install', 'squeeze'],
    shows: ({ archive }) => member(archive, 'flash_manifest.json').includes('py3.12-v77'),
  },
  {
    input: 'SOURCE_DATE_EPOCH',
    change: nothing,
    options: { environment: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' } },
    runs: ['discover', 'pack'],
    keeps: ['resolve', 'install'],
    shows: ({ archive }) => member(archive, 'flash_manifest.json').includes('2023-11-14T22:13:20'),
  },
  {
    input: '--no-verify',
    change: nothing,
    options: { verify: false },
    runs: ['pack'],
    keeps: ['resolve', 'install', 'discover', 'squeeze'],
    shows: () => true,
  },
  {
    input: '--rebuild, though nothing changed',
    change: nothing,
    options: { rebuild: true },
    runs: ['discover', 'pack'],
    keeps: ['resolve', 'install', 'squeeze'],
    shows: () => true,
  },
];

test.each(ROWS)('a change of $input alone', { timeout: 300_000 }, async (row) => {
  const project = await newProject();
  // Something that no other row has, so that none answers for this one from the cache.
  await writeFiles(project, { 'row.txt': `${row.input} ${Date.now()}\n` });
  await build(project);
  const before = await build(project);
  // The second build resolved nothing: its lock is given. Everything is cached.
  expect(before.ran).toEqual([]);

  row.change(project);
  const after = await build(project, row.options);

  const all = ['resolve', 'install', 'squeeze'];
  const fromCache = all.filter((stage) => row.runs.includes(stage) && !after.ran.includes(stage));
  // Installing may have been done by an earlier run of this test; what the project decides may not.
  expect(after.ran).toEqual(expect.arrayContaining(row.runs.filter((stage) => !fromCache.includes(stage))));
  expect(after.ran.filter((stage) => row.keeps.includes(stage))).toEqual([]);
  expect(row.shows(after)).toBe(true);
});
