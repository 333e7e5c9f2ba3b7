import { expect, test } from 'vitest';
import type { BuildPlan } from '../../../src/plan/schema.ts';
import { checkComputed, discoverComputed } from '../../../src/targets/flash/discover.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

async function staged(dependencies: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  const endpoints = [{ file: 'a.py', functions: [{ dependencies }] }];
  await writeFiles(folder, { 'found.json': JSON.stringify({ endpoints }) });
  return folder;
}

function planOf(computed: object): BuildPlan {
  return { facts: { computed } } as unknown as BuildPlan;
}

const PLAN = planOf({ assumed: { 'a.py': [] }, written: { 'a.py': ['six'] } });

test('what is computed is told, and what stands in the code is not', async () => {
  const found = await discoverComputed(await staged(['six', 'rich>=13']), PLAN);
  expect(found?.facts).toEqual({ computed: '{"a.py":["rich>=13"]}' });
  expect(found?.warnings[0]?.message).toBe(
    'dependencies in a.py are computed: rich>=13, as importing it tells',
  );
});

test('a password or a line of its own is not repeated', async () => {
  const folder = await staged(['x @ https://u:hunter2@host/x.whl', 'rich\n--index-url http://evil', 'toolz']);
  const { warnings = [] } = (await discoverComputed(folder, PLAN)) ?? {};
  expect(warnings[0]?.message).toBe('dependencies in a.py are computed: …, toolz, …, as importing it tells');
  const error = await checkComputed(folder, PLAN).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('[], then […, toolz, …]');
});

test('without anything computed nothing is read', async () => {
  const none = planOf({ assumed: {}, written: {} });
  expect(await discoverComputed('/nonexistent', none)).toBeUndefined();
  await checkComputed('/nonexistent', none);
});
