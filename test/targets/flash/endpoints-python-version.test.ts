import { expect, test } from 'vitest';
import { planProject } from '../../../src/build.ts';
import type { OvenbirdError } from '../../../src/errors.ts';
import { choosePython, decidePython } from '../../../src/targets/flash/python-version.ts';
import { newestWithin } from '../../../src/project/python-range.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

const supported = ['3.10', '3.11', '3.12', '3.13'];
const endpoint = (name: string, pythonVersion?: string) => ({
  name,
  file: 'app.py',
  line: 3,
  ...(pythonVersion === undefined ? {} : { pythonVersion }),
});

function choose(question: Partial<Parameters<typeof choosePython>[0]>): string {
  const answer = choosePython({ endpoints: [], supported, ...question });
  return 'version' in answer
    ? `${answer.version} | ${answer.reason}`
    : answer.problems.map((each) => `${each.code}: ${each.message}`).join('\n');
}

test('the flag, then the resources, then the project, then 3.12', () => {
  const all = { flag: '3.10', pythonVersionFile: '3.13\n', pyproject: { requiresPython: '>=3.10,<3.12' } };
  expect(choose({ ...all, endpoints: [endpoint('a', '3.10'), endpoint('b')] })).toMatch(
    /^3\.10 \| .*command line/,
  );
  const { flag: _, ...rest } = all;
  expect(choose({ ...rest, endpoints: [endpoint('a', '3.11'), endpoint('b', '3.11')] })).toMatch(
    /^3\.11 \| .*resources/,
  );
  expect(choose(rest)).toMatch(/^3\.13 \| .*\.python-version/);
  expect(choose({ pyproject: all.pyproject })).toMatch(/^3\.11 \| .*requires-python/);
  expect(choose({ pyproject: {} })).toMatch(/^3\.12 \| .*default/);
});

test('the peer’s texts', () => {
  expect(choose({ flag: '3.9' })).toBe(
    'PYTHON_UNSUPPORTED: Python 3.9 is not supported. Supported versions: 3.10, 3.11, 3.12, 3.13',
  );
  expect(choose({ flag: '3.11', endpoints: [endpoint('b', '3.12'), endpoint('a', '3.11')] })).toBe(
    "PYTHON_UNSUPPORTED: python_version override '3.11' conflicts with resource declarations: b=3.12. Either remove the override or align all resources to '3.11'.",
  );
  expect(choose({ endpoints: [endpoint('b', '3.12'), endpoint('a', '3.11')] })).toBe(
    "PYTHON_UNSUPPORTED: Flash apps require one python_version across all resources (found ['3.11', '3.12']): a=3.11, b=3.12. Set python_version to the same value on every resource, or omit it to use the default (3.12).",
  );
  expect(choose({ endpoints: [endpoint('a', '3.14')] })).toContain('Python 3.14 is not supported.');
  expect(choose({ pythonVersionFile: '3.9.1' })).toContain('Python 3.9 is not supported.');
  expect(choose({ pyproject: { requiresPython: '>=3.14' } })).toContain('requires-python = ">=3.14"');
});

test.each([
  ['3.12', '3.12'],
  ['3.12.4\n', '3.12'],
  ['# note\n\ncpython-3.11\n', '3.11'],
  ['cpython@x', '3.12'],
  ['system', '3.12'],
  ['pypy3.10', '3.12'],
  ['3', '3.12'],
])('.python-version %j', (text, version) => {
  expect(choose({ pythonVersionFile: text })).toMatch(new RegExp(`^${version} `));
});

test.each([
  ['>=3.10', '3.13'],
  ['>=3.10,<3.13', '3.12'],
  ['>= 3.10, < 3.12.5', '3.12'],
  ['<3.12.0', '3.11'],
  ['<=3.11', '3.11'],
  ['==3.11.*', '3.11'],
  ['==3.11.4', '3.11'],
  ['~=3.10', '3.13'],
  ['~=3.10.2', '3.10'],
  ['^3.10', '3.13'],
  ['~3.11', '3.11'],
  ['>3.12', '3.13'],
  ['>3.13', undefined],
  ['!=3.13', '3.12'],
  ['!=3.13.*,>=3', '3.12'],
  ['!=3.13.1', '3.13'],
  ['>=3', '3.13'],
  ['>=2.7,!=3.0.*', '3.13'],
  ['<4', '3.13'],
  ['>3', '3.13'],
  ['>=3.14', undefined],
  ['', '3.13'],
  ['3.11', '3.11'],
])('requires-python %j', (range, version) => {
  expect(newestWithin(range, supported)).toBe(version);
});

test('what the project’s files say is read', async () => {
  const root = temporaryFolder();
  const question = { root, endpoints: [], requiresPython: '>=3.10,<3.12' };
  expect(decidePython(question)).toMatchObject({ version: '3.11', problems: [] });
  await writeFiles(root, { '.python-version': '3.10\n' });
  expect(decidePython(question)).toMatchObject({ version: '3.10', problems: [] });
});

test.each([
  ['[project\n', 'Invalid TOML document'],
  ['[project]\nrequires-python = 3\n', 'project.requires-python'],
])('%j is told once', async (text, message) => {
  const root = temporaryFolder();
  await writeFiles(root, {
    'pyproject.toml': text,
    'a.py': 'from runpod_flash import Endpoint\n@Endpoint(name="a")\ndef f(): pass\n',
  });
  const error = await planProject({ project: root, environment: {} }).catch((thrown: unknown) => thrown);
  expect((error as OvenbirdError).problems).toMatchObject([
    {
      code: 'REQUIREMENTS_INVALID',
      message: expect.stringContaining(message) as unknown,
      location: { file: 'pyproject.toml' },
    },
  ]);
});
