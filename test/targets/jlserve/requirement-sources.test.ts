import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanProject } from '../../../src/project/scan.ts';
import { readJlserveApp } from '../../../src/targets/jlserve/read-app.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';
import { app, read } from './read.ts';

const LISTED = app('@jlserve.app(requirements=["numpy", "torch>=2"])');
const HEADER = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "scipy",\n# ]\n# ///\n';
const PYPROJECT = '[project]\nname = "x"\nrequires-python = ">=3.10"\ndependencies = [\n  "pandas>=2",\n]\n';
const LOCK = `version = 1
[[package]]
name = "pandas"
version = "2.2.0"
[[package]]
name = "numpy"
version = "1.26.4"
[[package]]
name = "x"
version = "0.1.0"
source = { virtual = "." }
`;

/** `source: entries | reason` */
async function chosen(files: Record<string, string>): Promise<string> {
  const { app: found, problems } = await read({ 'app.py': app(), ...files });
  expect(problems).toEqual([]);
  const { source, reason, entries } = found!.requirements;
  return `${source}: ${entries.map((each) => `${each.requirement}@${each.file}:${each.line}`).join(' ')} | ${reason}`;
}

test.each<[string, Record<string, string>, string]>([
  ['nothing', {}, 'none:  | requirements: none are named, so nothing but jlserve itself is installed'],
  [
    'the decorator',
    { 'app.py': LISTED },
    'decorator: numpy@app.py:10 torch>=2@app.py:10 | requirements: from @jlserve.app(requirements=[…]) (app.py:10)',
  ],
  [
    'the decorator above all others',
    {
      'app.py': HEADER + LISTED,
      'requirements.txt': 'numpy\n',
      'pyproject.toml': PYPROJECT,
      'uv.lock': LOCK.replace('1.26', '9'),
    },
    'decorator: numpy@app.py:16 torch>=2@app.py:16 | requirements: from @jlserve.app(requirements=[…]) (app.py:16), not from the PEP 723 header or requirements.txt or uv.lock',
  ],
  [
    'the header',
    { 'app.py': HEADER + app(), 'requirements.txt': 'scipy\n' },
    'script: scipy@app.py:4 | requirements: from the PEP 723 header (app.py:1), not from requirements.txt',
  ],
  [
    'requirements.txt',
    { 'requirements.txt': '# x\nnumpy\n-r more.txt\n', 'more.txt': 'torch\n', 'pyproject.toml': PYPROJECT },
    'requirements.txt:  | requirements: from requirements.txt, not from pyproject.toml',
  ],
  [
    'pyproject.toml',
    { 'pyproject.toml': PYPROJECT },
    'pyproject.toml: pandas>=2@pyproject.toml:5 | requirements: from [project] dependencies (pyproject.toml:5)',
  ],
  [
    'uv.lock',
    { 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK },
    'uv.lock: pandas>=2@pyproject.toml:5 | requirements: from uv.lock, which pins [project] dependencies (pyproject.toml:5)',
  ],
  [
    'what names nothing is passed over',
    {
      'app.py': `# /// script\n# dependencies = []\n# ///\n${app('@jlserve.app(requirements=[])')}`,
      'requirements.txt': '# none\n--index-url https://x\n',
      'pyproject.toml': PYPROJECT,
    },
    'pyproject.toml: pandas>=2@pyproject.toml:5 | requirements: from [project] dependencies (pyproject.toml:5)',
  ],
  [
    'optional groups are no requirements',
    {
      'pyproject.toml':
        '[project]\nname = "x"\n[project.optional-dependencies]\na = ["numpy"]\n[dependency-groups]\ndev = ["pytest"]\n',
    },
    'none:  | requirements: none are named, so nothing but jlserve itself is installed',
  ],
  [
    'dynamic dependencies that are locked',
    { 'pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n', 'uv.lock': LOCK },
    'uv.lock:  | requirements: from uv.lock, which pins [project] dependencies (pyproject.toml:1)',
  ],
])('%s', async (_, files, expected) => {
  expect(await chosen(files)).toBe(expected);
});

test('the texts of the source that won, and of no other', async () => {
  const files = {
    'requirements.txt': 'numpy\n-c pins.txt\n',
    'pins.txt': 'numpy==1\n',
    'pyproject.toml': PYPROJECT,
    'uv.lock': LOCK,
  };
  const listed = (await read({ 'app.py': app(), ...files })).app?.requirements;
  expect(listed?.files.map((file) => file.path)).toEqual(['requirements.txt', 'pins.txt']);
  expect([listed?.uvLock, listed?.pyproject]).toEqual([undefined, undefined]);
  const locked = (await read({ 'app.py': app(), 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK })).app
    ?.requirements;
  expect([locked?.uvLock, locked?.pyproject, locked?.files]).toEqual([LOCK, PYPROJECT, []]);
});

test.each<[string, Record<string, string>, string | undefined]>([
  ['the header first', { 'app.py': HEADER + app(), 'pyproject.toml': PYPROJECT }, '>=3.11'],
  ['pyproject.toml', { 'app.py': LISTED, 'pyproject.toml': PYPROJECT }, '>=3.10'],
  ['neither', {}, undefined],
])('requires-python: %s', async (_, files, expected) => {
  const { app: found } = await read({ 'app.py': app(), ...files });
  expect(found?.requirements.requiresPython).toBe(expected);
});

const list = (...entries: string[]): string =>
  app(`@jlserve.app(requirements=[${entries.map((each) => JSON.stringify(each)).join(', ')}])`);

test.each<[string, Record<string, string>, string[]]>([
  [
    'two pins',
    { 'app.py': list('numpy==1.26'), 'requirements.txt': 'x\n\nNumPy == 2.0  # why\n' },
    ['app.py:10 asks for numpy==1.26, and requirements.txt:3 for NumPy == 2.0'],
  ],
  [
    'the same pin in other words',
    { 'app.py': list('Scikit_Learn==1.0'), 'requirements.txt': 'scikit-learn==1.0.0\n' },
    [],
  ],
  [
    'a pin and a range',
    { 'app.py': list('torch==2.1'), 'requirements.txt': 'torch<2 \\\n  --hash=sha256:00\n' },
    ['app.py:10 asks for torch==2.1, and requirements.txt:1 for torch<2'],
  ],
  [
    'two ranges',
    { 'app.py': list('torch>=2.1'), 'pyproject.toml': '[project]\nname="x"\ndependencies = ["torch<2.1"]\n' },
    ['app.py:10 asks for torch>=2.1, and pyproject.toml:3 for torch<2.1'],
  ],
  ['ranges that overlap', { 'app.py': list('torch>=2.1'), 'requirements.txt': 'torch<2.2\n' }, []],
  ['no version', { 'app.py': list('torch'), 'requirements.txt': 'torch==1\n' }, []],
  ['markers', { 'app.py': list('torch==2; python_version<"3"'), 'requirements.txt': 'torch==1\n' }, []],
  ['addresses', { 'app.py': list('torch @ https://x/t.whl'), 'requirements.txt': 'torch==1\n' }, []],
  [
    'through -r',
    { 'app.py': list('torch==2'), 'requirements.txt': '-r sub/more.txt\n', 'sub/more.txt': '\ntorch==1\n' },
    ['app.py:10 asks for torch==2, and sub/more.txt:2 for torch==1'],
  ],
  [
    'files that name each other',
    {
      'app.py': list('torch==2'),
      'requirements.txt': '-r more.txt\n',
      'more.txt': '-r requirements.txt\ntorch==1\n',
    },
    ['app.py:10 asks for torch==2, and more.txt:2 for torch==1'],
  ],
  [
    'the header and pyproject.toml',
    {
      'app.py': HEADER.replace('scipy', 'scipy~=1.4.2') + app(),
      'pyproject.toml': PYPROJECT.replace('pandas>=2', 'scipy==1.5'),
    },
    ['app.py:4 asks for scipy~=1.4.2, and pyproject.toml:5 for scipy==1.5'],
  ],
  [
    'what uv.lock pins',
    { 'app.py': list('pandas==2.1'), 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK },
    ['app.py:10 asks for pandas==2.1, and uv.lock for pandas==2.2.0'],
  ],
  [
    'what uv.lock pins for others only',
    { 'app.py': list('pandas', 'numpy==2'), 'pyproject.toml': PYPROJECT, 'uv.lock': LOCK },
    [],
  ],
])('contradictions: %s', async (_, files, messages) => {
  const { problems } = await read({ 'app.py': app(), ...files });
  expect(problems.map((each) => each.message)).toEqual(messages);
  for (const each of problems) expect(each).toMatchObject({ code: 'REQUIREMENTS_INVALID', location: {} });
});

test('what a source that lost names besides is said', async () => {
  const { warnings, problems } = await read({
    'app.py': list('numpy'),
    'requirements.txt': 'numpy\npandas>2\nfastapi\njlserve\n',
    'pyproject.toml': PYPROJECT.replace('pandas>=2', 'Numpy'),
  });
  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([
    {
      code: 'JLSERVE_REQUIREMENTS_UNUSED',
      message:
        'pandas in requirements.txt is not asked for: the requirements come from @jlserve.app(requirements=[…]) (app.py:10)',
      location: { file: 'requirements.txt', line: 1 },
    },
  ]);
});

const POETRY = '[tool.poetry.dependencies]\npython = "^3.10"\ntorch = "^2"\nnumpy = { version = "*" }\n';

test.each<[string, Record<string, string>, string]>([
  [
    'dynamic dependencies',
    { 'pyproject.toml': '[project]\nname = "x"\ndynamic = ["dependencies"]\n' },
    'the dependencies in pyproject.toml are dynamic: only its build backend can tell them',
  ],
  [
    'uv.lock alone',
    { 'uv.lock': LOCK },
    'uv.lock has no pyproject.toml beside it, which would say what of it is needed',
  ],
  ['no TOML', { 'pyproject.toml': '[project\n' }, 'Invalid TOML document'],
  ['a wrong type', { 'pyproject.toml': '[project]\ndependencies = "torch"\n' }, 'project.dependencies'],
  ['a broken lock', { 'pyproject.toml': PYPROJECT, 'uv.lock': 'package = 5\n' }, 'uv.lock: package'],
  [
    'a header without an end',
    { 'app.py': `# /// script\n# dependencies = ["x"]\n${app()}` },
    'app.py:1: the header # /// script has no end',
  ],
  [
    'two headers',
    { 'app.py': `${HEADER}\n${HEADER}${app()}` },
    'app.py:8: there is a second header # /// script',
  ],
  [
    'a header that is no TOML',
    { 'app.py': `# /// script\n# x\n# dependencies = [\n# ///\n${app()}` },
    'app.py:2: Invalid TOML document',
  ],
  [
    'a header of a wrong type',
    { 'app.py': `# /// script\n# dependencies = "x"\n# ///\n${app()}` },
    'app.py:1: dependencies: ',
  ],
  [
    'an option in the header',
    { 'app.py': `# /// script\n# dependencies = ["-r x"]\n# ///\n${app()}` },
    "the requirement '-r x' begins with '-'",
  ],
  [
    'an option in pyproject.toml',
    { 'pyproject.toml': PYPROJECT.replace('pandas>=2', '--pre') },
    "the requirement '--pre' begins with '-'",
  ],
  [
    'a missing file',
    { 'requirements.txt': '-r gone.txt\n' },
    'gone.txt is named here, but there is no such file in the project',
  ],
  ['a password', { 'requirements.txt': 'a @ https://u:p@host/a.whl\n' }, 'this line holds a password'],
])('%s is an error', async (_, files, message) => {
  const { problems } = await read({ 'app.py': app(), ...files });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.location?.file).toBeDefined();
  expect(problems[0]?.hint).not.toBe('');
});

test("Poetry's table is a source like [project]", async () => {
  const { problems, app: found } = await read({ 'app.py': app(), 'pyproject.toml': POETRY });
  expect(problems).toEqual([]);
  expect(found?.requirements).toMatchObject({
    source: 'pyproject.toml',
    reason: 'requirements: from [tool.poetry.dependencies] (pyproject.toml:3)',
    entries: [
      { requirement: 'torch>=2,<3', file: 'pyproject.toml', line: 3 },
      { requirement: 'numpy', file: 'pyproject.toml', line: 4 },
    ],
  });
});

test('a list that cannot be read is one error, and no other source takes its place in silence', async () => {
  const { problems } = await read({
    'app.py': `import torch\n${app('@jlserve.app(requirements=make())')}`,
    'pyproject.toml': POETRY,
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.location).toEqual({ file: 'app.py', line: 11 });
});

test('a password is not repeated', async () => {
  const { problems } = await read({ 'app.py': list('x @ https://u:hunter2@host/x.whl') });
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('requirements.txt is a folder', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'app.py': app() });
  await mkdir(join(root, 'requirements.txt'));
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  const { problems } = await readJlserveApp({ root, file: 'app.py', tree });
  expect(problems).toMatchObject([{ code: 'REQUIREMENTS_INVALID', location: { file: 'requirements.txt' } }]);
});

test('the sources lie beside the app, wherever it is', async () => {
  const files = { 'sub/app.py': app(), 'sub/requirements.txt': 'torch\n', 'requirements.txt': 'numpy\n' };
  const { app: found } = await read(files, { file: 'sub/app.py' });
  expect(found?.requirements.files).toMatchObject([{ text: 'torch\n' }]);
});
