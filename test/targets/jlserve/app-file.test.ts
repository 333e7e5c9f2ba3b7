import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanProject } from '../../../src/project/scan.ts';
import { checkAppFile } from '../../../src/targets/jlserve/app-file.ts';
import { readJlserveApp } from '../../../src/targets/jlserve/read-app.ts';
import { temporaryFolder } from '../../temporary.ts';
import { app, problemsOf, read } from './read.ts';

test('a file that is there and is Python', async () => {
  const root = temporaryFolder();
  await writeFile(join(root, 'my app.py'), '');
  expect(checkAppFile(join(root, 'my app.py'))).toBeUndefined();
});

test.each([
  ['nothing.py', 'File not found: '],
  ['folder.py', 'File must be a Python file: '],
  ['folder', 'File must be a Python file: '],
  ['app.txt', 'File must be a Python file: '],
  ['app.txt/x.py', 'File not found: '],
  ['a\0.py', 'File not found: '],
  ["it's\n$(id).py", 'File not found: '],
])('%j is refused in the words of jlserve', async (name, message) => {
  const root = temporaryFolder();
  await mkdir(join(root, 'folder.py'));
  await mkdir(join(root, 'folder'));
  await writeFile(join(root, 'app.txt'), '');
  const path = `${root}/${name}`;
  expect(checkAppFile(path)).toMatchObject({ code: 'JLSERVE_FILE_INVALID', message: `${message}${path}` });
});

test('a syntax error is said with its line, and nothing else is', async () => {
  const { problems, app: found } = await read({ 'app.py': 'import jlserve\n\ndef f(:\n' });
  expect(found).toBeUndefined();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    code: 'PYTHON_SYNTAX',
    message: expect.stringMatching(/^Invalid Python syntax in app\.py: .+ \(app\.py, line 3\)$/),
    location: { file: 'app.py', line: 3 },
  });
});

test.each([
  ['x = 1\ny = "a\0b"\n', 'source code cannot contain null bytes', 2],
  ['if True:\nx = 1\n', "expected an indented block after 'if' statement on line 1", 2],
])('%j', async (source, what, line) => {
  expect(await problemsOf({ 'app.py': source })).toEqual([
    `app.py:${line}: Invalid Python syntax in app.py: ${what} (app.py, line ${line}) [PYTHON_SYNTAX]`,
  ]);
});

test('a file that is no UTF-8 text', async () => {
  const root = temporaryFolder();
  await writeFile(join(root, 'app.py'), Buffer.from('# ok\n# \xff\n', 'latin1'));
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  const { problems } = await readJlserveApp({ root, file: 'app.py', tree });
  expect(problems).toMatchObject([{ code: 'PYTHON_SYNTAX', location: { file: 'app.py', line: 2 } }]);
});

test('an app that the ignore rules leave out', async () => {
  expect(await problemsOf({ 'app.py': app(), '.gitignore': '*.py\n' })).toEqual([
    'app.py:?: app.py is there, but the ignore rules leave it out of the build [JLSERVE_FILE_INVALID]',
  ]);
});

test('an app that is not there', async () => {
  expect(await problemsOf({ 'other.py': '' })).toEqual([
    'app.py:?: File not found: app.py [JLSERVE_FILE_INVALID]',
  ]);
});

test('an app that is a link to another file of the project', async () => {
  const root = temporaryFolder();
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'src/main.py'), app());
  await symlink('src/main.py', join(root, 'app.py'));
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  const result = await readJlserveApp({ root, file: 'app.py', tree });
  expect(result.problems).toEqual([]);
  expect(result.app?.className).toBe('Demo');
});
