import { expect, test } from 'vitest';
import { imagesOf } from '../../src/dockerfile/render-plan.ts';

const PLAN = {
  base: { reference: 'python:3.12-slim-bullseye', standIn: 'ovenbird/python:3.12-bullseye' },
  images: { smoke: { reference: 'debian:bullseye-slim', standIn: 'ovenbird/debian:bullseye' } },
};

test("where nothing was chosen the plan's own references stand, never the stand-ins", () => {
  expect(imagesOf(PLAN, {})).toEqual({
    base: 'python:3.12-slim-bullseye',
    images: { smoke: 'debian:bullseye-slim' },
  });
  expect(imagesOf({ base: PLAN.base }, {})).toEqual({ base: 'python:3.12-slim-bullseye', images: {} });
});

test('what was chosen takes their place, image by image', () => {
  const chosen = { base: 'ovenbird/python:3.12-bullseye', images: { gone: 'debian:12' } };
  expect(imagesOf(PLAN, chosen)).toEqual({
    base: 'ovenbird/python:3.12-bullseye',
    images: { smoke: 'debian:bullseye-slim' },
  });
  expect(imagesOf(PLAN, { images: { smoke: 'ovenbird/debian:bullseye' } }).images).toEqual({
    smoke: 'ovenbird/debian:bullseye',
  });
});
