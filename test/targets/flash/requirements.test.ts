import { expect, test } from 'vitest';
import { requirementsOfProject } from '../../../src/targets/flash/requirements.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

async function read(
  files: Record<string, string>,
  { groups = [], declared = [] }: { groups?: readonly string[]; declared?: readonly string[] } = {},
) {
  const root = temporaryFolder();
  await writeFiles(root, files);
  const decorators = declared.map((requirement) => ({
    requirement,
    endpoint: 'e',
    file: 'app.py',
    line: 3,
  }));
  return requirementsOfProject({ root, groups, decorators });
}

const PROJECT = `[project]
name = "x"
dependencies = ["runpod-flash", "numpy>=2"]
[dependency-groups]
gpu = ["pandas", {include-group = "More_Things"}]
more-things = ["scipy", {include-group = "gpu"}]
[tool.poetry.group.old.dependencies]
rich = "^13"
`;

test('requirements.txt comes first, and it is said', async () => {
  const { requirements, warnings } = await read({
    'requirements.txt': 'numpy>=2\n',
    'pyproject.toml': PROJECT,
  });
  expect(requirements).toMatchObject({
    source: 'requirements.txt',
    reason: 'requirements: from requirements.txt, not from pyproject.toml',
    files: [{ path: 'requirements.txt' }],
  });
  // The SDK is in every archive.
  expect(warnings).toEqual([]);
});

test('what only the source that lost names is warned about, unless an endpoint declares it', async () => {
  const files = { 'requirements.txt': 'rich\n', 'pyproject.toml': PROJECT };
  expect((await read(files)).warnings).toMatchObject([
    {
      code: 'FLASH_REQUIREMENTS_UNUSED',
      message: 'numpy in pyproject.toml is not asked for: the requirements come from requirements.txt',
      location: { file: 'pyproject.toml', line: 3 },
    },
  ]);
  expect((await read(files, { declared: ['numpy'] })).warnings).toEqual([]);
});

test('without requirements.txt, pyproject.toml counts', async () => {
  const { requirements, problems } = await read({ 'pyproject.toml': PROJECT });
  expect(problems).toEqual([]);
  expect(requirements.reason).toBe('requirements: from [project] dependencies (pyproject.toml:3)');
  expect(requirements.entries.map((each) => each.requirement)).toEqual(['runpod-flash', 'numpy>=2']);
});

test('without both, what the endpoints declare', async () => {
  const { requirements, problems } = await read({}, { declared: ['numpy'] });
  expect(problems).toEqual([]);
  expect(requirements.reason).toBe(
    'requirements: none are named, so only what the endpoints declare is installed',
  );
});

test('groups count besides, with those that they include', async () => {
  const { groups, problems } = await read({ 'pyproject.toml': PROJECT }, { groups: ['GPU', 'old'] });
  expect(problems).toEqual([]);
  expect(groups).toEqual([
    { requirement: 'pandas', file: 'pyproject.toml', line: 5 },
    { requirement: 'scipy', file: 'pyproject.toml', line: 6 },
    { requirement: 'rich>=13,<14', file: 'pyproject.toml', line: 8 },
  ]);
});

test.each<[string, string, string, string]>([
  ['gpus', PROJECT, 'no dependency group "gpus"; it has gpu, more-things, old', '--group gpu'],
  ['dev', '[project]\n', 'no dependency group "dev"; it has none', 'leave --group out'],
  ['a', '[dependency-groups]\na = 5\n', 'dependency-groups.a must be a list', 'a = ["…"]'],
  ['a', '[dependency-groups]\na = [5]\n', 'holds what is no requirement', 'include-group'],
  [
    'a',
    '[dependency-groups]\na = [{include-group = "b"}]\n',
    'includes the group "b", which is not there',
    '',
  ],
  [
    'a',
    '[dependency-groups]\na = ["-r x"]\n',
    "the requirement '-r x' begins with '-'",
    'name packages only',
  ],
])('--group %s of %j is an error', async (group, text, message, hint) => {
  const { problems } = await read({ 'pyproject.toml': text }, { groups: [group] });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.hint).toContain(hint);
});

test('what an endpoint declares cannot be an option', async () => {
  const { problems } = await read({}, { declared: ['--index-url=http://x', 'numpy\n-r y', 'rich'] });
  expect(problems.map((each) => each.location)).toEqual([
    { file: 'app.py', line: 3 },
    { file: 'app.py', line: 3 },
  ]);
});
