import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/plan/canonical.ts';
import { holdsFiles, markerOf, readMarker } from '../../../src/targets/jlserve/marker.ts';
import { withdrawMarker } from '../../../src/targets/jlserve/package.ts';
import type { BuildPlan } from '../../../src/plan/schema.ts';
import type { JlserveReport } from '../../../src/targets/jlserve/report.ts';
import { temporaryFolder } from '../../temporary.ts';

const FILES = [
  { path: 'a/model.bin', bytes: 3 },
  // As a name that is no valid Unicode comes from Python.
  { path: 'b\udcff', bytes: 1 },
];

const REPORT: JlserveReport = {
  app: { name: 'Demo "\n', class: 'Demo', endpoints: [], files: 1, packages: [], warnings: [] },
  slice: { key: 'k'.repeat(64), mode: 'slice', why: [], parts: [] },
  weights: { status: 'done', files: FILES, warnings: [] },
};

test('a marker names the app, the lock and the weights, and comes back as it was written', () => {
  const marker = markerOf(REPORT, 'app.py', Buffer.from('# a lock\n'));
  expect(marker).toEqual({
    schema: 1,
    app: 'Demo "\n',
    file: 'app.py',
    lock: createHash('sha256').update('# a lock\n').digest('hex'),
    weights: 'k'.repeat(64),
    files: FILES,
  });
  const folder = temporaryFolder();
  writeFileSync(join(folder, '.jlserve-build-complete'), canonicalJson(marker));
  expect(readMarker(folder)).toEqual(marker);
});

test('no marker, one that is none, one of another build: none of them is believed', () => {
  const folder = temporaryFolder();
  expect(readMarker(folder)).toBeUndefined();
  writeFileSync(join(folder, '.jlserve-build-complete'), '{"schema":2}');
  expect(readMarker(folder)).toBeUndefined();
  writeFileSync(join(folder, '.jlserve-build-complete'), 'done');
  expect(readMarker(folder)).toBeUndefined();
});

test('the weights are there when each has its size', () => {
  const folder = temporaryFolder();
  const marker = { ...markerOf(REPORT, 'app.py', Buffer.from('')), files: FILES.slice(0, 1) };
  expect(holdsFiles(folder, marker)).toBe(false);
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a/model.bin'), 'ab');
  expect(holdsFiles(folder, marker)).toBe(false);
  writeFileSync(join(folder, 'a/model.bin'), 'abc');
  expect(holdsFiles(folder, marker)).toBe(true);
});

test('a failed build takes the marker of its own app back, and no other', async () => {
  const folder = temporaryFolder();
  const path = join(folder, '.jlserve-build-complete');
  const plan = (name: string, file: string) =>
    ({ name, facts: { app: { file, line: 1 } } }) as unknown as BuildPlan;
  writeFileSync(path, canonicalJson(markerOf(REPORT, 'app.py', Buffer.from(''))));
  const options = { extractCache: folder };
  await withdrawMarker({ plan: plan('Other', 'app.py'), options, environment: {} });
  await withdrawMarker({ plan: plan('Demo "\n', 'other.py'), options, environment: {} });
  await withdrawMarker({ plan: plan('Demo "\n', 'app.py'), options: {}, environment: {} });
  expect(existsSync(path)).toBe(true);
  await withdrawMarker({
    plan: plan('Demo "\n', 'app.py'),
    options: {},
    environment: { JLSERVE_CACHE_DIR: folder },
  });
  expect(existsSync(path)).toBe(false);
});
