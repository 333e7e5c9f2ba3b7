import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { composeContext, composeEntries } from '../../src/context/compose.ts';
import { comparePaths } from '../../src/project/path-order.ts';
import { scanProject } from '../../src/project/scan.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

async function compose(root: string, plan: Record<string, string> = {}) {
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  const context = composeEntries({
    tree,
    planFiles: new Map(Object.entries(plan)),
    toolkit: [],
    sharedKey: 'key',
  });
  for (const entry of context.entries) if (entry.kind === 'file') await entry.settle?.();
  return context;
}

test('three roots, with the folders between, in the daemon’s order', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'a/b/c.py': 'x', 'a.b': '', 'a-b/x': '', 'weird\nname"$(x)': '' });
  const { entries, sharedKey } = await compose(root, { 'resolve/request.json': '{}' });
  expect(sharedKey).toBe('key');
  expect(entries.map((entry) => `${entry.path}${entry.kind === 'directory' ? '/' : ''}`)).toEqual([
    'plan/',
    'plan/resolve/',
    'plan/resolve/request.json',
    'project/',
    'project/a/',
    'project/a/b/',
    'project/a/b/c.py',
    'project/a-b/',
    'project/a-b/x',
    'project/a.b',
    'project/weird\nname"$(x)',
    'toolkit/',
  ]);
  expect(entries.map((entry) => entry.path)).toEqual(
    entries.map((entry) => entry.path).toSorted(comparePaths),
  );
});

test('modes come by rule, whatever the checkout’s are', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'dir/plain': '', run: '' });
  chmodSync(join(root, 'dir/plain'), 0o600);
  chmodSync(join(root, 'run'), 0o700);
  chmodSync(join(root, 'dir'), 0o777);
  const { entries } = await compose(root);
  const modes = Object.fromEntries(entries.map((entry) => [entry.path, entry.mode]));
  expect(modes).toMatchObject({ 'project/dir': 0o755, 'project/dir/plain': 0o644, 'project/run': 0o755 });
});

test('times follow content: an edit of the same size has another one, the same bytes the same', async () => {
  const root = temporaryFolder();
  const file = join(root, 'app.py');
  symlinkSync('app.py', join(root, 'link'));
  const timesOf = async (text: string) => {
    writeFileSync(file, text);
    const { entries } = await compose(root, { 'x.json': text });
    return Object.fromEntries(entries.map((entry) => [entry.path, entry.modTime]));
  };
  const [one, two, again] = [await timesOf('x = 1'), await timesOf('x = 2'), await timesOf('x = 1')];
  expect(again).toEqual(one);
  for (const path of ['project/app.py', 'plan/x.json']) expect(two[path]).not.toBe(one[path]);
  expect(one['project/app.py']).toBe(one['plan/x.json']);
  for (const path of ['project', 'project/link']) expect(two[path]).toBe(one[path]);
  for (const time of Object.values(one)) {
    expect(time).toBeGreaterThanOrEqual(BigInt(Date.UTC(1980, 0, 1)) * 1_000_000n);
    expect(time).toBeLessThan(BigInt(Date.UTC(2038, 0, 1)) * 1_000_000n);
  }
});

test('the real toolkit of a plan’s template comes along', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'app.py': '' });
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  const { entries } = await composeContext({
    tree,
    plan: { template: 'flash', files: {} },
    sharedKey: 'key',
  });
  const paths = entries.map((entry) => entry.path);
  expect(paths).toContain('toolkit/resolve/main.py');
  expect(paths).toContain('toolkit/resolve/ob.py');
  expect(paths.filter((path) => /__pycache__|\.pyc$|\/\./.test(path))).toEqual([]);
});

test('an outline stands for its file, which is in an archive as it is; names are only names', async () => {
  const root = temporaryFolder();
  const files = { 'app.py': 'a = "𝄞"\nb = 2\n', constructor: 'x', 'lib/app.py': 'c' };
  await writeFiles(root, files);
  chmodSync(join(root, 'app.py'), 0o700);
  const tree = await scanProject({ root, rules: { gitignore: true, builtIn: [] } });
  const plan = {
    template: 'jlserve',
    files: {},
    outlines: {
      folder: 'app',
      files: {
        'app.py': [
          { from: 4, to: 8, text: '1' },
          { from: 13, to: 14, text: '' },
        ],
      },
    },
  };
  const { entries } = await composeContext({ tree, plan, sharedKey: 'key' });
  for (const entry of entries) if (entry.kind === 'file') await entry.settle?.();
  const texts = entries.flatMap((entry) => {
    if (entry.kind !== 'file' || !entry.path.startsWith('project/')) return [];
    const { content } = entry;
    return [[entry.path, 'bytes' in content ? Buffer.from(content.bytes).toString() : content.file]];
  });
  expect(texts).toEqual([
    ['project/app.py', 'a = 1\nb = \n'],
    ['project/constructor', join(tree.root, 'constructor')],
    ['project/lib/app.py', join(tree.root, 'lib/app.py')],
  ]);
  expect(entries.map((entry) => entry.path)).toEqual(
    entries.map((entry) => entry.path).toSorted(comparePaths),
  );
  const archive = entries.find(({ path }) => path === 'plan/whole.tar');
  const members: unknown[] = [];
  const reader = extract();
  reader.on('entry', ({ name, mode, mtime, uid }, stream, next) => {
    const parts: Buffer[] = [];
    stream.on('data', (part) => parts.push(part as Buffer));
    stream.on('end', () => {
      members.push([name, mode, mtime?.toISOString(), uid, Buffer.concat(parts).toString()]);
      next();
    });
  });
  reader.end(archive?.kind === 'file' && 'bytes' in archive.content ? archive.content.bytes : '');
  await new Promise<void>((resolve) => reader.on('finish', () => resolve()));
  expect(members).toEqual([
    ['app', 0o755, '1980-01-01T00:00:00.000Z', 0, ''],
    ['app/app.py', 0o755, '1980-01-01T00:00:00.000Z', 0, files['app.py']],
  ]);

  // What was planned from is what is outlined.
  writeFileSync(join(root, 'app.py'), 'a = "x"\nb = 3\n');
  await expect(composeContext({ tree, plan, sharedKey: 'key' })).rejects.toThrow(/changed while/);
});

test('a tree outside the project is a root of its own, in its place', async () => {
  const [root, other] = [temporaryFolder(), temporaryFolder()];
  await writeFiles(root, { 'app.py': '' });
  await writeFiles(other, { 'Lib/os.py': 'x', 'python.exe': '' });
  const [tree, input] = await Promise.all(
    [root, other].map((each) => scanProject({ root: each, rules: { gitignore: false, builtIn: [] } })),
  );
  const composeWith = (name: string) =>
    composeContext({
      tree: tree!,
      plan: { template: 'pyinstaller', files: {}, inputs: { [name]: `sha256:${'0'.repeat(64)}` } },
      inputs: new Map([['windows-python', input!]]),
      sharedKey: root,
    });
  const { entries } = await composeWith('windows-python');
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(paths.toSorted(comparePaths));
  expect(paths.slice(-4)).toEqual([
    'windows-python',
    'windows-python/Lib',
    'windows-python/Lib/os.py',
    'windows-python/python.exe',
  ]);
  const file = entries.find(({ path }) => path === 'windows-python/Lib/os.py');
  if (file?.kind !== 'file') throw new Error('no file');
  expect(await file.settle?.()).toBe(true);
  expect(file).toMatchObject({ size: 1, content: { file: join(other, 'Lib/os.py') } });
  // A plan that names a root which nobody gives would build something else.
  await expect(composeWith('something-else')).rejects.toThrow('input something-else was not given');
});
