import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locateEntry, projectOf } from '../../../src/targets/pyinstaller/locate.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

/** Files; what is named; where it is typed; the project of it. */
const ROWS: readonly (readonly [files: readonly string[], named: string, cwd: string, project: string])[] = [
  [['tool.py'], '.', '.', '.'],
  [['tool.py'], 'tool.py', '.', '.'],
  [['pyproject.toml', 'src/pkg/__init__.py', 'src/pkg/cli.py'], 'src/pkg/cli.py', '.', '.'],
  [['pyproject.toml', 'src/pkg/__init__.py'], 'src/pkg', '.', '.'],
  [['src/pkg/__init__.py', 'src/pkg/sub/__init__.py', 'src/pkg/sub/x.py'], 'src/pkg/sub/x.py', '.', 'src'],
  [['pkg/__init__.py', 'pkg/__main__.py'], 'pkg', '.', '.'],
  [['pkg/__init__.py', 'pkg/pyproject.toml'], 'pkg', '.', 'pkg'],
  [['app/main.py', 'app/requirements.txt', 'pyproject.toml'], 'app/main.py', '.', 'app'],
  [['app/main.py', 'app/requirements.txt', 'pyproject.toml'], 'app', '.', 'app'],
  [['app/main.py', 'pyproject.toml'], 'app', '.', 'app'],
  [['scripts/tool.py', 'pyproject.toml'], 'scripts/tool.py', '.', '.'],
  [['scripts/tool.py', 'pyproject.toml'], 'tool.py', 'scripts', 'scripts'],
  [['scripts/tool.py', 'pyproject.toml'], '../scripts/tool.py', 'elsewhere', '.'],
  [['deep/in/tool.py'], 'deep/in/tool.py', '.', 'deep/in'],
  [['pkg/__init__.py', 'pkg/cli.py', 'pyproject.toml'], 'cli.py', 'pkg', '.'],
  [['build/app.spec', 'pyproject.toml'], 'build/app.spec', '.', '.'],
];

describe('the project of what was named', () => {
  test.each(ROWS)('%j: %s in %s is of %s', async (files, named, cwd, expected) => {
    const root = join(temporaryFolder(), 'root');
    await writeFiles(root, Object.fromEntries(files.map((each) => [each, ''])));
    mkdirSync(join(root, cwd), { recursive: true });
    expect(projectOf(join(root, cwd, named), join(root, cwd))).toBe(join(root, expected));
  });
});

test('the entry is told from the project on', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'pyproject.toml': '', 'src/pkg/__init__.py': '', 'src/pkg/cli.py': '' });
  expect(await locateEntry(join(root, 'src/pkg/cli.py'))).toEqual({ root, entry: 'src/pkg/cli.py' });
  expect(await locateEntry(join(root, 'src/pkg/'))).toEqual({ root, entry: 'src/pkg' });
  expect(await locateEntry(root)).toEqual({ root });
});

test.each([
  ['notes.txt', 'is neither a Python file nor a spec', 'ovenbird build tool.py'],
  ['tol.py', 'there is no', 'did you mean: tool.py'],
  ['tool.py/x.py', 'there is no', 'ovenbird build tool.py'],
  ['a\0b.py', 'there is no', 'ovenbird build tool.py'],
])('%j is refused', async (name, message, hint) => {
  const root = temporaryFolder();
  await writeFiles(root, { 'tool.py': '', 'notes.txt': '' });
  await expect(locateEntry(`${root}/${name}`)).rejects.toMatchObject({
    code: 'PYINSTALLER_ENTRY_INVALID',
    message: expect.stringContaining(message) as string,
    hint: expect.stringContaining(hint) as string,
  });
});
