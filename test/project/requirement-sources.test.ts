import { expect, test } from 'vitest';
import {
  chooseRequirements,
  type RequirementChoice,
  type RequirementQuestion,
} from '../../src/project/requirement-sources/choose.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const HEADER = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["rich"]\n# ///\n';
const PYPROJECT = '[project]\nname = "x"\nrequires-python = ">=3.10"\ndependencies = [\n  "pandas>=2",\n]\n';
const LOCK = `version = 1
[[package]]
name = "pandas"
version = "2.2.0"
[[package]]
name = "numpy"
version = "1.26.4"
`;

/** What a target asks that builds a whole project: `pyproject.toml` is above `requirements.txt`. */
async function choose(
  files: Record<string, string>,
  question: Partial<RequirementQuestion> = {},
): Promise<RequirementChoice> {
  const root = temporaryFolder();
  await writeFiles(root, files);
  const source = files['tool.py'];
  return chooseRequirements({
    root,
    ...(source === undefined ? {} : { script: { file: 'tool.py', source } }),
    order: ['script', 'pyproject.toml', 'requirements.txt'],
    warningCode: 'THING_UNUSED',
    without: 'nothing is installed',
    ...question,
  });
}

async function winner(files: Record<string, string>): Promise<string> {
  const { requirements, problems } = await choose(files);
  expect(problems).toEqual([]);
  return `${requirements.source} | ${requirements.reason}`;
}

test.each<[string, Record<string, string>, string]>([
  ['nothing', {}, 'none | requirements: none are named, so nothing is installed'],
  [
    'the header',
    { 'tool.py': HEADER, 'pyproject.toml': PYPROJECT, 'requirements.txt': 'rich\n' },
    'script | requirements: from the PEP 723 header (tool.py:1), not from pyproject.toml or requirements.txt',
  ],
  [
    'pyproject.toml above requirements.txt',
    { 'pyproject.toml': PYPROJECT, 'requirements.txt': 'pandas\n' },
    'pyproject.toml | requirements: from [project] dependencies (pyproject.toml:5), not from requirements.txt',
  ],
  [
    'uv.lock above requirements.txt',
    { 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK, 'requirements.txt': 'pandas\n' },
    'uv.lock | requirements: from uv.lock, which pins [project] dependencies (pyproject.toml:5), not from requirements.txt',
  ],
  [
    'requirements.txt where pyproject.toml leaves them to the build backend',
    {
      'pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n',
      'requirements.txt': 'rich\n',
    },
    'requirements.txt | requirements: from requirements.txt',
  ],
])('the order is the caller’s: %s', async (_, files, expected) => {
  expect(await winner(files)).toBe(expected);
});

test('a project without a single script has no header', async () => {
  const { requirements, names } = await choose({ 'pyproject.toml': PYPROJECT });
  expect(requirements).toMatchObject({ source: 'pyproject.toml', requiresPython: '>=3.10', files: [] });
  expect([...names]).toEqual(['pandas']);
});

test('a source of the caller’s own comes first, and its problems are told', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'requirements.txt': 'rich<13\nhttpx\n' });
  const entries = [{ requirement: 'rich>=13', file: 'list.txt', line: 3 }];
  const { requirements, problems, warnings } = await chooseRequirements({
    root,
    first: {
      source: 'list',
      label: 'the list',
      entries,
      problems: [{ code: 'REQUIREMENTS_INVALID', message: 'x' }],
    },
    order: ['script', 'pyproject.toml', 'requirements.txt'],
    warningCode: 'THING_UNUSED',
    without: '',
  });
  const own: 'list' | 'script' | 'requirements.txt' | 'pyproject.toml' | 'uv.lock' | 'none' =
    requirements.source;
  expect(own).toBe('list');
  expect(problems.map((each) => each.message)).toEqual([
    'x',
    'list.txt:3 asks for rich>=13, and requirements.txt:1 for rich<13',
  ]);
  expect(warnings.map((each) => each.message)).toEqual([
    'httpx in requirements.txt is not asked for: the requirements come from the list',
  ]);
});

test('what requirements.txt names beyond pyproject.toml is a warning with the caller’s code', async () => {
  const files = { 'pyproject.toml': PYPROJECT, 'requirements.txt': '# pinned\npandas\nrich\nPyInstaller\n' };
  const { problems, warnings } = await choose(files, { provided: new Set(['pyinstaller']) });
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    {
      type: 'warning',
      code: 'THING_UNUSED',
      message:
        'rich in requirements.txt is not asked for: the requirements come from [project] dependencies (pyproject.toml:5)',
      hint: 'add what the app needs there, or keep one of the two',
      location: { file: 'requirements.txt', line: 2 },
    },
  ]);
});

test('what requirements.txt asks for against pyproject.toml is an error that names both lines', async () => {
  const { problems } = await choose({ 'pyproject.toml': PYPROJECT, 'requirements.txt': '\npandas==1.5\n' });
  expect(problems).toEqual([
    {
      code: 'REQUIREMENTS_INVALID',
      message: 'pyproject.toml:5 asks for pandas>=2, and requirements.txt:2 for pandas==1.5',
      hint: 'make them agree, or name pandas in one place only',
      location: { file: 'pyproject.toml', line: 5 },
    },
  ]);
});

test('what uv.lock pins is part of it, where it is the one that wins too', async () => {
  const locked = { 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK };
  const exported = await choose({ ...locked, 'requirements.txt': 'pandas==2.2.0\nnumpy==1.26.4\n' });
  expect([exported.problems, exported.warnings]).toEqual([[], []]);
  const { problems } = await choose({ ...locked, 'requirements.txt': 'pandas==2.1\nnumpy==1.26.4\n' });
  expect(problems).toMatchObject([
    {
      message: 'uv.lock asks for pandas==2.2.0, and requirements.txt:1 for pandas==2.1',
      location: { file: 'requirements.txt', line: 1 },
    },
  ]);
});

test('what the caller has read of pyproject.toml is not read again', async () => {
  const found = {
    text: PYPROJECT,
    dependencies: [{ requirement: 'rich', line: 4 }],
    table: '[project] dependencies',
    dynamic: false,
  };
  const problem = { code: 'REQUIREMENTS_INVALID', message: 'told once' } as const;
  const { requirements, problems } = await choose(
    { 'pyproject.toml': '[project\n' },
    { pyproject: { found, problems: [problem] } },
  );
  expect(requirements).toMatchObject({
    source: 'pyproject.toml',
    entries: [{ requirement: 'rich', file: 'pyproject.toml', line: 4 }],
    pyproject: PYPROJECT,
  });
  expect(problems).toEqual([problem]);
});
