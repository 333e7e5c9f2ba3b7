import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { comparePaths } from '../../src/project/path-order.ts';
import { scanProject } from '../../src/project/scan.ts';
import type { ProjectTree } from '../../src/project/tree.ts';
import { readAll } from './read-all.ts';
import { runPowerless } from '../powerless.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const SCAN = new URL('../../src/project/scan.ts', import.meta.url).href;
const RULES = { gitignore: true, builtIn: ['ignored/'] };

const scan = (root: string): Promise<ProjectTree> => scanProject({ root, rules: RULES });

test('a file is listed with its size, mode and digest', async () => {
  const root = temporaryFolder();
  const big = Buffer.alloc(3_000_001, 'x');
  writeFileSync(join(root, 'big'), big);
  writeFileSync(join(root, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(root, 'empty'), '');
  const files = await readAll(await scan(root));
  expect(files.map((file) => [file.path, Buffer.from(file.digest).toString('hex')])).toEqual([
    ['big', createHash('sha256').update(big).digest('hex')],
    ['empty', createHash('sha256').digest('hex')],
    ['run.sh', createHash('sha256').update('#!/bin/sh\n').digest('hex')],
  ]);
  expect(files.map((file) => file.kind === 'file' && [file.size, file.executable])).toEqual([
    [3_000_001, false],
    [0, false],
    [10, true],
  ]);
});

test('any name is taken and the order is the daemon’s', async () => {
  const root = temporaryFolder();
  const names = [
    'a.b',
    'a/b',
    'a-b',
    '-rf',
    'new\nline',
    'q"uo\'te',
    '$(x)',
    '`y`',
    'ü',
    '\u{1F600}',
    '\uFFFDreal',
    ' space ',
    'back\\slash',
    '...',
    '..x',
  ];
  await writeFiles(root, Object.fromEntries(names.map((name) => [name, ''])));
  const { files } = await scan(root);
  expect(files.map((file) => file.path)).toEqual(names.toSorted(comparePaths));
});

test('links inside the project stay links; all others are left out and named', async () => {
  const root = temporaryFolder();
  const outside = temporaryFolder();
  await writeFiles(outside, { 'secret.txt': 's' });
  await writeFiles(root, { 'pkg/a.py': '', 'ignored/b.py': '', 'pkg/sub/c.py': '' });
  const links: Record<string, string> = {
    good: 'pkg/a.py',
    'good-folder': 'pkg',
    'pkg/up': '../pkg/sub/c.py',
    'via-link': 'good',
    absolute: join(root, 'pkg/a.py'),
    outside: '../secret.txt',
    away: join(outside, 'secret.txt'),
    dangling: 'nothing',
    loop1: 'loop2',
    loop2: 'loop1',
    'pkg/sub/parent': '..',
    self: '.',
    'to-ignored': 'ignored/b.py',
    around: `../${root.split('/').at(-1)}/pkg/a.py`,
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  symlinkSync(outside, join(root, 'pkg', 'hop'));
  symlinkSync('pkg/hop/secret.txt', join(root, 'two-hops'));
  const { files, warnings } = await scan(root);
  expect(files.filter((file) => file.kind === 'symlink').map((file) => [file.path, file.target])).toEqual([
    ['good', 'pkg/a.py'],
    ['good-folder', 'pkg'],
    ['pkg/up', '../pkg/sub/c.py'],
    ['via-link', 'good'],
  ]);
  expect(warnings.map((warning) => warning.location?.file ?? '').sort()).toEqual([
    'absolute',
    'around',
    'away',
    'dangling',
    'loop1',
    'loop2',
    'outside',
    'pkg/hop',
    'pkg/sub/parent',
    'self',
    'to-ignored',
    'two-hops',
  ]);
  expect(new Set(warnings.map((warning) => warning.code))).toEqual(new Set(['PROJECT_LINK_SKIPPED']));
});

test('pipes and sockets are left out and named, and do not hold the scan up', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'app.py': '' });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const server = createServer().listen(join(root, 'socket'));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { files, warnings } = await scan(root);
  expect(files.map((file) => file.path)).toEqual(['app.py']);
  expect(warnings.map((warning) => warning.message)).toEqual([
    'pipe is left out: it is a device, a socket or a pipe',
    'socket is left out: it is a device, a socket or a pipe',
  ]);
});

test('a name that is not UTF-8 is refused by name, unless it is ignored', async () => {
  const root = temporaryFolder();
  writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9, 0x0a])]), '');
  await expect(scan(root)).rejects.toMatchObject({
    code: 'PROJECT_UNREADABLE',
    message: 'the name of caf\\xe9\\x0a is not valid UTF-8',
  });
  writeFileSync(join(root, '.gitignore'), 'caf*\n');
  expect((await scan(root)).files.map((file) => file.path)).toEqual(['.gitignore']);
});

test('everything that cannot be read is named at once', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'a.py': '', 'b/c.py': '', 'd.py': '' });
  for (const path of ['a.py', 'b']) chmodSync(join(root, path), 0o000);
  onTestFinished(() => chmodSync(join(root, 'b'), 0o755));
  const found = runPowerless(`
    const { scanProject } = await import(${JSON.stringify(SCAN)});
    const options = { root: ${JSON.stringify(root)}, rules: { gitignore: true, builtIn: [] } };
    const say = ({ code, problems }) => console.log(JSON.stringify([code, problems.map((each) => each.location.file)]));
    await scanProject(options).then(({ contents }) => contents.all()).then(() => console.log('null'), say);`);
  expect(found).toEqual(['PROJECT_UNREADABLE', ['a.py', 'b']]);
});

test('a project that is no folder', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'file'), '');
  for (const path of ['nothing', 'file']) {
    await expect(scan(join(root, path))).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' });
  }
});

test('a project reached through a link is scanned at its real place', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'real'));
  writeFileSync(join(root, 'real/app.py'), '');
  symlinkSync('real', join(root, 'link'));
  const tree = await scan(join(root, 'link'));
  expect(tree.root.endsWith('/real')).toBe(true);
  expect(tree.files.map((file) => file.path)).toEqual(['app.py']);
});

test('aborting ends the reading with the signal’s reason', async () => {
  const root = temporaryFolder();
  // Holes: much to read, nothing to write.
  for (let index = 0; index < 100; index += 1) {
    writeFileSync(join(root, `f${index}`), '');
    truncateSync(join(root, `f${index}`), 8_000_000);
  }
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error('stop')));
  const { contents } = await scanProject({ root, rules: RULES, signal: stop.signal });
  await expect(contents.all()).rejects.toThrow('stop');
});
