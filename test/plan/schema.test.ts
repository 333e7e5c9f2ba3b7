import { expect, test } from 'vitest';
import { PLAN_SCHEMA } from '../../src/plan/form.ts';
import { BuildPlanSchema } from '../../src/plan/schema.ts';

const PLAN = {
  $schema: PLAN_SCHEMA,
  target: 'pyinstaller',
  name: 'app',
  platform: 'linux/amd64',
  python: '3.12',
  base: { reference: 'python:3.12-slim-bookworm' },
  template: 'pyinstaller',
  stages: {},
  result: 'report',
  files: {},
  rebuilt: ['smoke'],
  titles: {},
  reasons: [],
  facts: {},
};

test('a plan may name further images', () => {
  const smoke = { reference: 'debian:bookworm-slim', standIn: 'ovenbird/debian:bookworm' };
  expect(BuildPlanSchema.parse(PLAN).images).toBeUndefined();
  expect(BuildPlanSchema.parse({ ...PLAN, images: { smoke } }).images).toEqual({ smoke });
});

test.each([
  { Smoke: { reference: 'debian:12' } },
  { 'smoke-image': { reference: 'debian:12' } },
  { smoke2: { reference: 'debian:12' } },
  { smoke: { reference: 'debian 12' } },
  { smoke: { reference: 'debian:12', standIn: 'debian:12\nRUN id' } },
  { smoke: {} },
])('but not %j', (images) => {
  expect(BuildPlanSchema.safeParse({ ...PLAN, images }).success).toBe(false);
});
