import { expect, test } from 'vitest';
import { chooseBases } from '../../../src/targets/pyinstaller/bases.ts';
import { readVersions } from '../../../src/versions.ts';

const versions = await readVersions();

function choose(given: { base?: string; glibc?: string }) {
  return chooseBases({ versions, python: '3.12', base: given.base, glibc: given.glibc });
}

test('the newest Debian, where nothing is asked for', () => {
  const { base, smoke, glibc, reason } = choose({});
  expect(base.reference).toBe('python:3.12-slim-bookworm');
  expect(smoke.reference).toBe('debian:bookworm-slim');
  expect(glibc).toBe('base');
  expect(reason).toContain('--glibc 2.31');
});

test.each([
  ['2.36', 'bookworm', 'base'],
  ['2.40', 'bookworm', 'base'],
  ['2.35', 'bullseye', 'base'],
  ['2.31', 'bullseye', 'base'],
  // No Debian that old is at hand: wheels are chosen for it, and the result is measured.
  ['2.28', 'bullseye', '2.28'],
])('glibc %s: built on %s, wheels for %s', (glibc, suite, wheels) => {
  const chosen = choose({ glibc });
  expect(chosen.base.reference).toBe(`python:3.12-slim-${suite}`);
  expect(chosen.smoke.reference).toBe(`debian:${suite}-slim`);
  expect(chosen.glibc).toBe(wheels);
});

test('an image of the user: it is tried there, too', () => {
  const { base, smoke, glibc } = choose({ base: 'my/python:1' });
  expect([base.reference, smoke.reference, glibc]).toEqual(['my/python:1', 'my/python:1', 'base']);
});
