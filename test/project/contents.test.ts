import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problem } from '../../src/errors.ts';
import { readBytes } from '../../src/project/read-bytes.ts';
import { scanProject } from '../../src/project/scan.ts';
import type { StatCache } from '../../src/project/stat-cache.ts';
import type { ProjectFile, ProjectTree } from '../../src/project/tree.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const RULES = { gitignore: true, builtIn: [] };

const scan = (root: string, signal?: AbortSignal): Promise<ProjectTree> =>
  scanProject({ root, rules: RULES, signal });

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('asked for out of turn, in any order and twice, a file is what it is read in turn', async () => {
  const root = temporaryFolder();
  const contents = Array.from({ length: 40 }, (_, index) => {
    // On both sides of what is read in one call.
    const size = index % 4 === 0 ? (1 << 20) - 1 + (index % 3) : index;
    return { path: `f${String(index).padStart(2, '0')}`, bytes: randomBytes(size) };
  });
  for (const { path, bytes } of contents) writeFileSync(join(root, path), bytes);
  const tree = await scan(root);
  const all = tree.contents.all();
  const order = [...contents.keys(), ...contents.keys()].toReversed();
  const read = await Promise.all(order.map(async (index) => tree.contents.of(index)));
  await all;
  for (const [at, index] of order.entries()) {
    const bytes = contents[index]?.bytes ?? Buffer.alloc(0);
    const { size, digest = Buffer.alloc(0) } = read[at] ?? {};
    expect([size, Buffer.from(digest).toString('hex')]).toEqual([bytes.length, digestOf(bytes)]);
    expect(tree.contents.of(index)).toEqual(read[at]);
  }
});

test('a file that goes away after it was listed, or gives way to something else, is none', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { gone: 'x', link: 'x', folder: 'x', here: 'x' });
  const { files, contents } = await scan(root);
  for (const path of ['gone', 'link', 'folder']) rmSync(join(root, path));
  symlinkSync('here', join(root, 'link'));
  mkdirSync(join(root, 'folder'));
  await contents.all();
  const there = files.filter((_, index) => contents.of(index) !== undefined);
  expect(there.map((file) => file.path)).toEqual(['here']);
});

test('whoever asks for a file that can’t be read hears of all such, once all were tried', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'a/1': 'x', 'b/1': 'x', 'b/2': 'x', 'c/1': 'x' });
  const { contents } = await scan(root);
  for (const folder of ['a', 'b']) {
    rmSync(join(root, folder), { recursive: true });
    // Below what is no folder nothing can be read, not even by root.
    writeFileSync(join(root, folder), '');
  }
  const expected = { code: 'PROJECT_UNREADABLE', problems: { length: 3 } };
  await expect(contents.of(2)).rejects.toMatchObject(expected);
  await expect(contents.of(0)).rejects.toMatchObject(expected);
  await expect(contents.all()).rejects.toMatchObject(expected);
  expect(contents.of(3)).toMatchObject({ size: 1 });
});

test('an abort inside a long file is the signal’s reason and no fault of the file', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'long'), Buffer.alloc(20_000_000));
  const stop = new AbortController();
  const { contents } = await scan(root, stop.signal);
  const all = contents.all();
  const one = contents.of(0);
  stop.abort(problem('BUILD_TIMEOUT', 'too long'));
  await expect(one).rejects.toMatchObject({ code: 'BUILD_TIMEOUT' });
  await expect(all).rejects.toMatchObject({ code: 'BUILD_TIMEOUT' });
});

test('the stat cache is saved once, when everything was read', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { a: 'x', b: 'x' });
  const calls: string[] = [];
  const statCache: StatCache = {
    find: (path) => void calls.push(`find ${path}`),
    add: (path) => void calls.push(`add ${path}`),
    save: () => void calls.push('save'),
  };
  const { contents } = await scanProject({ root, rules: RULES, statCache });
  expect(calls).toEqual([]);
  void contents.of(1);
  await Promise.all([contents.all(), contents.all()]);
  expect(calls).toEqual(['find b', 'add b', 'find a', 'add a', 'save']);
});

test('what a plan was made from is what is built, whichever was read first', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { planned: 'x', read: 'x', gone: 'x', same: 'x' });
  const { files, contents } = await scan(root);
  const at = (path: string) => files.findIndex((file) => file.path === path);
  const plan = (path: string) => readBytes(files[at(path)] as ProjectFile);
  for (const path of ['planned', 'gone', 'same']) plan(path);
  void contents.of(at('read'));
  for (const path of ['planned', 'read']) writeFileSync(join(root, path), 'y');
  rmSync(join(root, 'gone'));
  plan('read');
  for (const path of ['planned', 'read', 'gone']) {
    expect(() => contents.of(at(path))).toThrow(`${path} changed while the project was being read`);
  }
  expect(contents.of(at('same'))).toMatchObject({ size: 1 });
});
