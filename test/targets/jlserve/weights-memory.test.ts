import { expect, test, vi } from 'vitest';
import { explainRerun, surroundingParts } from '../../../src/targets/jlserve/weights-memory.ts';
import { temporaryFolder } from '../../temporary.ts';

const AROUND = { base: 'python:3.12-slim', python: '3.12', platform: 'linux/amd64', apt: ['zlib1g'] };

function remember(): (ran: boolean, key: string, digest: string, around?: object) => Promise<unknown> {
  vi.stubEnv('XDG_CACHE_HOME', temporaryFolder());
  const root = temporaryFolder();
  return (ran, key, digest, around = {}) =>
    explainRerun(
      { root, file: 'app.py', ran },
      {
        key,
        parts: [
          { name: 'REVISION', file: 'app.py', line: 12, digest },
          ...surroundingParts({ ...AROUND, ...around }),
        ],
      },
    );
}

test('a download that ran again is explained by what changed; the first is none', async () => {
  const build = remember();
  expect(await build(true, 'one', '1')).toBeUndefined();
  expect(await build(true, 'two', '2')).toBe('weights re-run: REVISION changed (app.py:12)');
  expect(await build(true, 'two', '2')).toBeUndefined();
  expect(await build(true, 'three', '2')).toBe('weights re-run: what they are made by changed');
});

test('what came from the engine’s cache is no re-run, and is remembered', async () => {
  const build = remember();
  await build(true, 'one', '1');
  expect(await build(false, 'two', '2')).toBeUndefined();
  expect(await build(true, 'two', '2')).toBeUndefined();
  expect(await build(true, 'one', '1')).toBe('weights re-run: REVISION changed (app.py:12)');
});

test.each([
  [{ apt: ['zlib1g', 'libgl1', 'libgl1'] }, '--apt libgl1 is new'],
  [{ apt: [] }, '--apt zlib1g is gone'],
  [{ base: 'python:3.12' }, 'the base image changed'],
  [{ base: 'python:3.11', python: '3.11' }, 'Python changed, the base image changed'],
  [{ platform: 'linux/arm64' }, 'the platform changed'],
])('the image that the download runs in: %j', async (around, change) => {
  const build = remember();
  await build(true, 'one', '1');
  expect(await build(true, 'one', '1', around)).toBe(`weights re-run: ${change}`);
});
