import { expect, test } from 'vitest';
import { readProjectDependencies, readUvLock } from '../../src/project/pyproject.ts';
import { itemLines } from '../../src/project/toml-lines.ts';
import { lockedPackages } from '../../src/project/uv-lock.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

async function read(text: string) {
  const root = temporaryFolder();
  await writeFiles(root, { 'pyproject.toml': text });
  return readProjectDependencies(root);
}

test('no file', async () => {
  expect(await readProjectDependencies(temporaryFolder())).toEqual({ problems: [] });
  expect(readUvLock(temporaryFolder())).toBeUndefined();
});

test('dependencies with their lines', async () => {
  const text = `[build-system]
requires = ["a"]
[project]
name = "x"
requires-python = ">=3.10"
dynamic = ["version"]
dependencies = ["a",
  "b",  # "c"
  'c',
  "d\\u0065",
]
[project.optional-dependencies]
x = ["e"]
`;
  expect(await read(text)).toEqual({
    found: {
      text,
      dependencies: [
        { requirement: 'a', line: 7 },
        { requirement: 'b', line: 8 },
        { requirement: 'c', line: 8 },
        { requirement: 'de', line: 7 },
      ],
      table: '[project] dependencies',
      dynamic: false,
      requiresPython: '>=3.10',
    },
    problems: [],
  });
});

const POETRY = '[tool.poetry.dependencies]\npython = "^3.11"\ntorch = "*"\n';

test("Poetry's own table counts where [project] leaves the dependencies to it", async () => {
  const { found } = await read(`[project]\ndynamic = ["dependencies"]\n${POETRY}`);
  expect(found).toMatchObject({
    dynamic: false,
    requiresPython: '^3.11',
    table: '[tool.poetry.dependencies]',
    dependencies: [{ requirement: 'torch', line: 5 }],
  });
  expect((await read(`[project]\ndependencies = ["rich"]\n${POETRY}`)).found).toMatchObject({
    table: '[project] dependencies',
    dependencies: [{ requirement: 'rich', line: 2 }],
  });
});

test('without it, dynamic dependencies are not known', async () => {
  const { found } = await read('[project]\ndynamic = ["dependencies"]\n');
  expect(found).toMatchObject({ dynamic: true, dependencies: [] });
});

test.each<[string, number | undefined]>([
  ['x = \n', 1],
  ['[project]\ndependencies = "a"\n', undefined],
  ['[project]\ndependencies = [1]\n', undefined],
  ['project = 5\n', undefined],
])('%j is a problem', async (text, line) => {
  const { found, problems } = await read(text);
  expect(found).toBeUndefined();
  expect(problems).toMatchObject([{ code: 'REQUIREMENTS_INVALID', location: { file: 'pyproject.toml' } }]);
  expect(problems[0]?.location?.line).toBe(line);
});

test.each<[string, number[]]>([
  ['[project]\ndependencies = ["a", "b"]\n', [2, 2]],
  ['[other]\ndependencies = ["a"]\n[project]\ndependencies = ["a",\n"b"]\n', [4, 5]],
  ['project.dependencies = ["a", "b"]\n', [1, 1]],
  ['[ "project" ]\n"dependencies" = [\n"a", "b"]\n', [3, 3]],
])('the lines of a list: %j', (text, lines) => {
  expect(itemLines(text, 'project', 'dependencies', ['a', 'b'])).toEqual(lines);
});

test('the packages of a uv.lock', async () => {
  const text =
    '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "r" }\n[[package]]\nname = "me"\nversion = "0"\nsource = { editable = "." }\n[[package]]\nname = "b"\nsource = { virtual = "b" }\n';
  expect(await lockedPackages(text)).toEqual({ packages: [{ name: 'a', version: '1' }], problems: [] });
  expect((await lockedPackages('x = ')).problems).toMatchObject([{ location: { file: 'uv.lock', line: 1 } }]);
  expect((await lockedPackages('package = [{}]')).problems).toHaveLength(1);
});
