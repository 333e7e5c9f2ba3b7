import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanProject } from '../../src/project/scan.ts';
import { FLASH_IGNORE } from '../../src/targets/flash/ignore.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

async function kept(files: readonly string[] | Record<string, string>): Promise<string[]> {
  const root = temporaryFolder();
  await writeFiles(
    root,
    Array.isArray(files)
      ? Object.fromEntries(files.map((file) => [file, '']))
      : (files as Record<string, string>),
  );
  const tree = await scanProject({ root, rules: FLASH_IGNORE });
  return tree.files.map((file) => file.path);
}

test('the built-in patterns hold at any depth', async () => {
  const shipped = [
    'README.md',
    'app.py',
    'data/model.bin',
    'pkg/environment.py',
    'pkg/latest.py',
    'pkg/README.md',
  ];
  const dropped = [
    '.build/x',
    '.flash/artifact',
    '.runpod/x',
    'out.tar.gz',
    '.git/config',
    '.gitignore',
    'pkg/__pycache__/a.pyc',
    'a.pyc',
    'a.pyo',
    'a.pyd',
    'app.egg-info/PKG-INFO',
    'dist/x',
    'build/x',
    '.venv/lib/x.py',
    'venv/x.py',
    'env/x.py',
    '.vscode/x',
    '.idea/x',
    'tests/a.py',
    'pkg/tests/a.py',
    'test_a.py',
    'pkg/a_test.py',
    'docs/a.txt',
    'CHANGES.md',
    'node_modules/a/index.js',
    'pkg/node_modules/b.js',
    'ovenbird.lock',
  ];
  expect(await kept([...shipped, ...dropped])).toEqual([...shipped].sort());
});

test('no file of secrets is ever shipped, whatever .gitignore brings back', async () => {
  expect(
    await kept({
      '.gitignore': '!.env\n!.env*\n!.ENV.production\n',
      '.env': 'A=1',
      '.env.local': 'A=1',
      '.env.production': 'A=1',
      '.ENV.production': 'A=1',
      '.envrc': 'A=1',
      'deep/down/.env.dev': 'A=1',
      '.env.d/key': 'A=1',
      '.env.example': '',
      '.env.sample': '',
      'deep/.env.template': '',
    }),
  ).toEqual(['.env.example', '.env.sample', 'deep/.env.template']);
});

test('.gitignore files count in their folders, deeper ones last, with negation', async () => {
  expect(
    await kept({
      '.gitignore': '*.log\n/only-root.txt\nsecret/\nweights/**/*.bin\n# comment\n\\#odd\ntrail  \n',
      'a.log': '',
      'only-root.txt': '',
      'sub/only-root.txt': '',
      'secret/x': '',
      '#odd': '',
      trail: '',
      'weights/a/b.bin': '',
      'weights/a/b.txt': '',
      'sub/.gitignore': '!keep.log\n/local.txt\n',
      'sub/keep.log': '',
      'sub/drop.log': '',
      'sub/local.txt': '',
      'sub/deep/local.txt': '',
      'sub/deep/keep.log': '',
      'other/keep.log': '',
    }),
  ).toEqual([
    'sub/deep/keep.log',
    'sub/deep/local.txt',
    'sub/keep.log',
    'sub/only-root.txt',
    'weights/a/b.txt',
  ]);
});

test('a folder that a deeper .gitignore brings back is entered, and its files are kept', async () => {
  expect(
    await kept({
      '.gitignore': '/sub/deep/\nsub/other/*.txt\n*.log\n',
      'sub/.gitignore': '!deep/\n',
      'sub/deep/a.txt': '',
      'sub/deep/a.log': '',
      'sub/other/b.txt': '',
      'sub/other/b.md5': '',
    }),
  ).toEqual(['sub/deep/a.txt', 'sub/other/b.md5']);
});

test('what git ignores, we ignore', async () => {
  const patterns = [
    '*.o',
    '!keep.o',
    '/root.txt',
    'sub/x.txt',
    'a/**/z',
    '**/b/c',
    'd/**',
    '!d/e',
    'dir/',
    '!/dir2/',
    'dir2/',
    'f[0-9]',
    '\\!bang',
    'sp\\ ',
    'x?y',
    'dir3/*',
    '!dir3/in',
    '/top*',
    'q/r/',
    '*.tmp/',
  ];
  const files = [
    'm.o',
    'keep.o',
    'sub/keep.o',
    'root.txt',
    'sub/root.txt',
    'sub/x.txt',
    'x.txt',
    'a/z',
    'a/b/z',
    'a/b/c/z',
    'q/b/c',
    'b/c',
    'd/e',
    'd/f/g',
    'dir/x',
    'sub/dir/x',
    'dir2/x',
    'sub/dir2/x',
    'f1',
    'fa',
    '!bang',
    'sp ',
    'sp',
    'xxy',
    'x/y',
    'dir3/in',
    'dir3/out',
    'dir3/in2/a',
    'topper',
    'sub/topper',
    'q/r/s',
    'sub/q/r/s',
    'a.tmp/x',
    'b.tmp',
    'deep/in/f5',
    'sub/f77',
  ];
  const root = temporaryFolder();
  await writeFiles(root, {
    '.gitignore': `${patterns.join('\n')}\n`,
    ...Object.fromEntries(files.filter((file) => file !== 'x/y').map((file) => [file, ''])),
  });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const expected = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: ['.git/'] } });
  expect(tree.files.map((file) => file.path).sort()).toEqual(expected.split('\0').filter(Boolean).sort());
});

test('a built-in pattern cannot be brought back, and brings README.md back', async () => {
  expect(await kept({ '.gitignore': '!tests/\nREADME.md\n', 'tests/a.py': '', 'README.md': '' })).toEqual([
    'README.md',
  ]);
});

test('patterns are matched by case, as git does on Linux', async () => {
  expect(await kept({ '.gitignore': 'Data/\n', 'data/x': '', 'Data/y': '' })).toEqual(['data/x']);
});

test('a .gitignore with a byte order mark and Windows line ends', async () => {
  expect(
    await kept({ '.gitignore': '\uFEFFa.txt\r\nb.txt\r\n', 'a.txt': '', 'b.txt': '', 'c.txt': '' }),
  ).toEqual(['c.txt']);
});

test('ignored folders are not entered', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'app.py': '', '.venv/x.py': '' });
  mkdirSync(join(root, 'node_modules'), { mode: 0o000 });
  const tree = await scanProject({ root, rules: FLASH_IGNORE });
  expect(tree.files.map((file) => file.path)).toEqual(['app.py']);
});
