import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { flashDestination } from '../../../src/targets/flash/package.ts';

const root = '/app';

test.each([
  [undefined, '/app/.flash/artifact.tar.gz'],
  ['mine.tar.gz', '/app/.flash/mine.tar.gz'],
  ['/elsewhere/mine.tar.gz', '/elsewhere/mine.tar.gz'],
])('-o %s goes to %s', (output, artifact) => {
  expect(flashDestination({ root, output })).toEqual({ folder: '/app/.flash', artifact });
});

test.each([
  '',
  '.',
  '..',
  'out/',
  'flash_manifest.json',
  '.build',
  '/app/.flash/flash_manifest.json',
  '/app/ovenbird.lock',
  relative(process.cwd(), join(root, '.flash/flash_manifest.json')),
])('-o %j would overwrite what is not the archive', (output) => {
  expect(() => flashDestination({ root, output })).toThrowError(
    expect.objectContaining({ code: 'OUTPUT_UNSAFE' }),
  );
});
