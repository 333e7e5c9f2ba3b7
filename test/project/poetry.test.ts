import { expect, test } from 'vitest';
import { parseRequirement } from '../../src/project/pep508.ts';
import { poetryDependencies } from '../../src/project/poetry.ts';
import { parseToml } from '../../src/project/toml.ts';

const PATH = ['tool', 'poetry', 'dependencies'];

async function read(lines: string): Promise<ReturnType<typeof poetryDependencies>> {
  const text = `[tool.poetry.dependencies]\npython = "^3.10"\n${lines}\n`;
  const parsed = await parseToml(text);
  if (!('data' in parsed)) throw new Error(parsed.what);
  const tool = parsed.data['tool'] as { poetry: { dependencies: Record<string, unknown> } };
  return poetryDependencies(text, PATH, tool.poetry.dependencies);
}

test.each<[string, string]>([
  ['a = "*"', 'a'],
  ['a = "^1.2.3"', 'a>=1.2.3,<2'],
  ['a = "^1.2"', 'a>=1.2,<2'],
  ['a = "^1"', 'a>=1,<2'],
  ['a = "^0.2.3"', 'a>=0.2.3,<0.3'],
  ['a = "^0.0.3"', 'a>=0.0.3,<0.0.4'],
  ['a = "^0.0"', 'a>=0.0,<0.1'],
  ['a = "^0"', 'a>=0,<1'],
  ['a = "^1.2b1"', 'a>=1.2b1,<2'],
  ['a = "~1.2.3"', 'a>=1.2.3,<1.3'],
  ['a = "~1.2"', 'a>=1.2,<1.3'],
  ['a = "~1"', 'a>=1,<2'],
  ['a = "~=1.2"', 'a~=1.2'],
  ['a = "1.2"', 'a==1.2'],
  ['a = "1.2.*"', 'a==1.2.*'],
  ['a = "==1.2"', 'a==1.2'],
  ['a = "v1.2"', 'a==1.2'],
  ['a = ">=1,<2"', 'a>=1,<2'],
  ['a = ">= 1, < 2"', 'a>=1,<2'],
  ['a = ">=1 <2 !=1.5"', 'a>=1,<2,!=1.5'],
  ['a = {version = "^1", extras = ["b", "c"]}', 'a[b,c]>=1,<2'],
  [
    `a = {version = "*", markers = "sys_platform == 'linux' or extra"}`,
    "a ; sys_platform == 'linux' or extra",
  ],
  ['a = {version = "1", python = ">=3.11"}', 'a==1 ; python_version >= "3.11"'],
  ['a = {version = "1", python = "~3.11"}', 'a==1 ; python_version >= "3.11" and python_version < "3.12"'],
  ['a = {version = "1", python = "<3.11.4"}', 'a==1 ; python_full_version < "3.11.4"'],
  ['a = {version = "1", platform = "linux"}', 'a==1 ; sys_platform == "linux"'],
  [
    `a = {version = "1", platform = "linux", markers = "implementation_name == 'x'"}`,
    `a==1 ; (implementation_name == 'x') and (sys_platform == "linux")`,
  ],
  ['a = {git = "https://host/a.git"}', 'a @ git+https://host/a.git'],
  [
    'a = {git = "https://host/a.git", tag = "v1", subdirectory = "b"}',
    'a @ git+https://host/a.git@v1#subdirectory=b',
  ],
  ['a = {git = "git@host:o/a.git", rev = "abc"}', 'a @ git+ssh://git@host/o/a.git@abc'],
  ['a = {url = "https://host/a-1.tar.gz"}', 'a @ https://host/a-1.tar.gz'],
  ['a = {version = "1", source = "own", allow-prereleases = true}', 'a==1'],
])('%s is %s', async (line, wanted) => {
  const { dependencies, problems } = await read(line);
  expect(problems).toEqual([]);
  expect(dependencies).toEqual([{ requirement: wanted, line: 3 }]);
  expect(parseRequirement(wanted)?.name).toBe('a');
});

test('several forms are several requirements, and what is optional is none', async () => {
  const { dependencies } = await read(
    'a = [\n  {version = "1", python = "<3.12"},\n  {version = "2", python = ">=3.12"},\n]\n' +
      'b = {version = "1", optional = true}\n[tool.poetry.dependencies.c]\nversion = "^3"',
  );
  expect(dependencies).toEqual([
    { requirement: 'a==1 ; python_version < "3.12"', line: 3 },
    { requirement: 'a==2 ; python_version >= "3.12"', line: 3 },
    { requirement: 'c>=3,<4', line: 9 },
  ]);
});

test.each<[string, string, string]>([
  ['a = "^1 || ^3"', 'the range "^1 || ^3" is several ones', '>=1,<3'],
  ['a = "latest"', '"latest" is no version', '"^1.2"'],
  ['a = 5', 'is neither a version nor a table', 'a = "*"'],
  ['a = {version = "1", verison = "2"}', '"verison" is nothing that Poetry knows', 'a = "*"'],
  ['a = {path = "./libs/a", develop = true}', 'the path "./libs/a" has no name', './libs/a'],
])('%s is an error at its line', async (line, message, hint) => {
  const { dependencies, problems } = await read(line);
  expect(dependencies).toEqual([]);
  expect(problems).toMatchObject([
    { code: 'REQUIREMENTS_INVALID', location: { file: 'pyproject.toml', line: 3 } },
  ]);
  expect(problems[0]?.message).toContain(`tool.poetry.dependencies.a: `);
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.hint).toContain(hint);
});
