import { expect, test } from 'vitest';
import { choosePython, type PythonRequest } from '../../src/project/choose-python.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const supported = ['3.10', '3.11', '3.12', '3.13'];

async function choose(request: Partial<PythonRequest>, file?: string): Promise<string> {
  const root = temporaryFolder();
  if (file !== undefined) await writeFiles(root, { '.python-version': file });
  const { version, reason, problems } = choosePython({
    root,
    flag: undefined,
    requiresPython: undefined,
    supported,
    command: 'thing build .',
    ...request,
  });
  return `${version} | ${problems.map((each) => `${each.message} | ${each.hint}`).join() || reason}`;
}

test.each<[string, Partial<PythonRequest>, string | undefined, string]>([
  ['the flag', { flag: '3.10', requiresPython: '>=3.11' }, '3.11\n', 'asked for on the command line'],
  ['settings', { flag: '3.10', flagFrom: 'from ovenbird.toml' }, undefined, 'from ovenbird.toml'],
  ['.python-version', {}, 'cpython-3.10.4\n', 'from .python-version'],
  ['.python-version within the range', { requiresPython: '<3.12' }, '3.10\n', 'from .python-version'],
])('%s', async (_, request, file, reason) => {
  expect(await choose(request, file)).toBe(`3.10 | Python 3.10: ${reason}`);
});

test.each([
  ['>=3.10', '3.12'],
  ['<3.12', '3.11'],
  ['>3.12', '3.13'],
])('requires-python %j: the default where it is allowed, else the newest', async (range, version) => {
  const chosen = `${version} | Python ${version}: within requires-python = "${range}"`;
  expect(await choose({ requiresPython: range })).toBe(chosen);
  // Outside the range .python-version does not count.
  const outside = range === '>=3.10' ? '3.9\n' : '3.12\n';
  expect(await choose({ requiresPython: range }, outside)).toBe(chosen);
});

test('nothing asks for one', async () => {
  expect(await choose({})).toBe(
    '3.12 | Python 3.12: the default, as nothing in the project asks for another',
  );
});

test.each<[Partial<PythonRequest>, string | undefined, string]>([
  [{ flag: '3.9' }, undefined, 'Python 3.9 is not supported.'],
  [{}, '3.9\n', 'Python 3.9 is not supported.'],
  [{ requiresPython: '>=3.14' }, undefined, 'no supported Python satisfies requires-python = ">=3.14".'],
])('%j %j is refused, with the command to type', async (request, file, what) => {
  expect(await choose(request, file)).toBe(
    `3.12 | ${what} Supported versions: 3.10, 3.11, 3.12, 3.13 | choose a supported one: thing build . --python 3.12`,
  );
});
