import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/**
 * Who may import whom, by folder of `src` (a file at the top is named by itself). The flow
 * goes one way; what is not listed is not allowed.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'package-root.ts': [],
  'user-cache.ts': [],
  'events.ts': ['errors.ts'],
  'events-step.ts': ['events.ts'],
  'events-mask-pieces.ts': [],
  'events-mask.ts': ['errors.ts', 'events.ts', 'events-mask-pieces.ts'],
  'deadline.ts': ['errors.ts'],
  'versions.ts': ['package-root.ts'],
  plan: [],
  dockerfile: ['errors.ts', 'package-root.ts', 'plan'],
  project: ['errors.ts', 'events.ts', 'nearest.ts', 'user-cache.ts'],
  context: ['errors.ts', 'package-root.ts', 'plan', 'project'],
  artifact: ['errors.ts', 'user-cache.ts', 'project'],
  targets: [
    'errors.ts',
    'events.ts',
    'nearest.ts',
    'package-root.ts',
    'versions.ts',
    'plan',
    'project',
    'artifact',
  ],
  failure: ['errors.ts', 'events.ts'],
  engine: ['errors.ts', 'events.ts', 'user-cache.ts'],
  buildkit: ['errors.ts', 'events.ts', 'context', 'project', 'engine', 'failure'],
  providers: ['errors.ts', 'events.ts', 'events-mask.ts', 'context', 'engine', 'buildkit', 'failure'],
  'build-options.ts': ['events.ts', 'targets'],
  'plan-project.ts': ['errors.ts', 'build-options.ts', 'plan', 'project', 'targets'],
  'build-bases.ts': ['plan', 'providers', 'errors.ts', 'events.ts'],
  'build-job.ts': [
    'artifact',
    'project',
    'providers',
    'build-bases.ts',
    'build-options.ts',
    'errors.ts',
    'events.ts',
    'fingerprint.ts',
    'plan-project.ts',
  ],
  'fingerprint.ts': [],
  'build-solve.ts': [
    'context',
    'dockerfile',
    'failure',
    'project',
    'providers',
    'build-job.ts',
    'plan-project.ts',
  ],
  'build-image.ts': [
    'artifact',
    'failure',
    'plan',
    'providers',
    'build-job.ts',
    'build-options.ts',
    'build-solve.ts',
    'errors.ts',
    'events-step.ts',
  ],
  'build-folder.ts': ['artifact', 'events-step.ts', 'targets', 'build-job.ts', 'build-solve.ts'],
  'build-tree.ts': ['artifact', 'targets', 'build-options.ts', 'build-solve.ts'],
  'build-deliver.ts': [
    'artifact',
    'targets',
    'build-tree.ts',
    'build-folder.ts',
    'build-image.ts',
    'build-options.ts',
    'build-solve.ts',
  ],
  'build.ts': [
    'artifact',
    'providers',
    'build-deliver.ts',
    'build-job.ts',
    'build-options.ts',
    'build-solve.ts',
    'deadline.ts',
    'errors.ts',
    'events-mask.ts',
    'plan-project.ts',
    'targets',
  ],
  'index.ts': ['build.ts', 'errors.ts', 'events.ts', 'build-options.ts', 'plan', 'plan-project.ts'],
  report: ['errors.ts', 'events.ts', 'build-options.ts'],
  cli: [
    'deadline.ts',
    'errors.ts',
    'events.ts',
    'nearest.ts',
    'package-root.ts',
    'user-cache.ts',
    'versions.ts',
    'build.ts',
    'build-options.ts',
    'plan-project.ts',
    'context',
    'dockerfile',
    'failure',
    'engine',
    'plan',
    'project',
    'report',
    'targets',
  ],
};

/** Stages that are pure functions of data: they open no file and no socket. */
const PURE = ['plan/', 'dockerfile/', 'targets/lock/'];
const PURE_EXCEPT = ['dockerfile/render-plan.ts'];

/** Folders of `targets` that are no targets, but what all of them have in common. */
const COMMON_OF_TARGETS = ['lock'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports: Import[] = files.flatMap((file) => importsOf(file).map((to) => ({ from: file, to })));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return specifiers.map((to) => (to.startsWith('.') ? relative(SRC, join(SRC, dirname(file), to)) : to));
}

function room(path: string): string {
  return path.split('/')[0] ?? path;
}

test('the reader sees the imports', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(imports).toContainEqual({ from: 'build.ts', to: 'plan-project.ts' });
});

test('imports go one way', () => {
  const wrong = imports
    .filter(({ to }) => to.endsWith('.ts'))
    .filter(({ from, to }) => room(from) !== room(to) && !ALLOWED[room(from)]?.includes(room(to)))
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wrong).toEqual([]);
});

test('targets import nothing of each other, and what they have in common nothing of them', () => {
  const folder = (path: string): string => /^targets\/([^/]+)\//.exec(path)?.[1] ?? '';
  const wrong = imports
    .filter(({ from, to }) => folder(from) !== '' && folder(to) !== '' && folder(from) !== folder(to))
    .filter(({ to }) => !COMMON_OF_TARGETS.includes(folder(to)))
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wrong).toEqual([]);
  const used = imports.filter(({ from, to }) => folder(from) === 'jlserve' && folder(to) === 'lock');
  expect(used).not.toEqual([]);
});

test('nothing imports the command line', () => {
  expect(imports.filter(({ from, to }) => room(to) === 'cli' && room(from) !== 'cli')).toEqual([]);
});

test('the pure stages do no I/O', () => {
  const worldly = /^node:(?:fs|net|http|http2|child_process|https|os|tls)|^dockerode$|^execa$/;
  const wrong = imports
    .filter(({ from }) => PURE.some((folder) => from.startsWith(folder)) && !PURE_EXCEPT.includes(from))
    .filter(({ to }) => worldly.test(to) || to === 'package-root.ts');
  expect(wrong).toEqual([]);
});
