import { expect, test } from 'vitest';
import { DOCKERFILE_GRAMMAR } from '../src/plan/grammar.ts';
import { readVersions } from '../src/versions.ts';

test('every Python has a base image on both suites, and each suite a plain Debian', async () => {
  const { python, debian } = await readVersions();
  for (const [version, { image, standIn, bullseye }] of Object.entries(python)) {
    expect([image, standIn]).toEqual([`python:${version}-slim-bookworm`, `ovenbird/python:${version}`]);
    expect(bullseye).toEqual({
      image: `python:${version}-slim-bullseye`,
      standIn: `ovenbird/python:${version}-bullseye`,
    });
  }
  expect(Object.keys(python)).toContain('3.12');
  expect(debian).toEqual({
    bookworm: { glibc: '2.36', image: 'debian:bookworm-slim', standIn: 'ovenbird/debian:bookworm' },
    bullseye: { glibc: '2.31', image: 'debian:bullseye-slim', standIn: 'ovenbird/debian:bullseye' },
    trixie: { glibc: '2.41', image: 'debian:trixie-slim', standIn: 'ovenbird/debian:trixie' },
  });
  for (const { image, standIn } of Object.values(debian)) {
    expect([image, standIn].every((each) => DOCKERFILE_GRAMMAR.image.test(each))).toBe(true);
  }
});
