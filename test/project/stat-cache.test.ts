import {
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
  appendFileSync,
  mkdirSync,
  chmodSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanProject } from '../../src/project/scan.ts';
import { loadStatCache } from '../../src/project/stat-cache.ts';
import { readAll } from './read-all.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const RULES = { gitignore: true, builtIn: [] };
const OLD_MS = 5000;

async function digests(root: string, folder: string): Promise<Record<string, string>> {
  const files = await readAll(
    await scanProject({ root, rules: RULES, statCache: loadStatCache(root, folder) }),
  );
  return Object.fromEntries(files.map((file) => [file.path, Buffer.from(file.digest).toString('hex')]));
}

function cacheFile(folder: string): string {
  const stats = join(folder, 'stats');
  return join(stats, readdirSync(stats)[0] ?? '');
}

/** Scans as if the files had been left alone for a while: their ctime cannot be set. */
function settled(root: string, folder: string): ReturnType<typeof loadStatCache> {
  const cache = loadStatCache(root, folder);
  return {
    find: (path, stats) => cache.find(path, stats),
    add: (path, stats, digest, hashedAt) => cache.add(path, stats, digest, hashedAt + OLD_MS),
    save: () => cache.save(),
  };
}

test('an edit of the same size with the mtime set back is always seen', async () => {
  const root = temporaryFolder();
  const folder = temporaryFolder();
  const file = join(root, 'app.py');
  writeFileSync(file, 'x = 0000\n');
  const { atime, mtime } = statSync(file);
  let before = await digests(root, folder);
  for (let round = 1; round <= 300; round += 1) {
    writeFileSync(file, `x = ${String(round).padStart(4, '0')}\n`);
    utimesSync(file, atime, mtime);
    const after = await digests(root, folder);
    expect(after['app.py']).not.toBe(before['app.py']);
    before = after;
  }
});

test('the same with a file that the cache already trusts', async () => {
  const root = temporaryFolder();
  const folder = temporaryFolder();
  const file = join(root, 'app.py');
  writeFileSync(file, 'x = 1\n');
  const { atime, mtime } = statSync(file);
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const before = await digests(root, folder);
  expect(loadStatCache(root, folder).find('app.py', statSync(file))).toBeDefined();
  writeFileSync(file, 'x = 2\n');
  utimesSync(file, atime, mtime);
  expect(await digests(root, folder)).not.toEqual(before);
});

test('a file that just changed is not remembered', async () => {
  const root = temporaryFolder();
  const folder = temporaryFolder();
  await writeFiles(root, { 'app.py': 'x' });
  await digests(root, folder);
  expect(loadStatCache(root, folder).find('app.py', statSync(join(root, 'app.py')))).toBeUndefined();
});

test('what is remembered is what would be read, and the file is only written on a change', async () => {
  const root = temporaryFolder();
  const folder = temporaryFolder();
  await writeFiles(root, { 'a.py': 'a', 'new\nline': 'b', 'ü/b.py': 'c', '\u{1F600}': 'd' });
  const plain = await digests(root, join(folder, 'other'));
  await readAll(await scanProject({ root, rules: RULES, statCache: settled(root, folder) }));
  const written = readFileSync(cacheFile(folder));
  expect(await digests(root, folder)).toEqual(plain);
  expect(readFileSync(cacheFile(folder)).equals(written)).toBe(true);
  const cache = loadStatCache(root, folder);
  for (const path of Object.keys(plain)) {
    expect(cache.find(path, statSync(join(root, path)))?.length).toBe(32);
  }
});

test('a damaged cache is as good as none, and is replaced', async () => {
  const root = temporaryFolder();
  const folder = temporaryFolder();
  await writeFiles(root, { 'a.py': 'a', 'b.py': 'b' });
  const plain = await digests(root, join(folder, 'other'));
  const damages: ((file: string, bytes: Buffer) => void)[] = [
    (file) => writeFileSync(file, ''),
    (file) => writeFileSync(file, 'not ours'),
    (file, bytes) => truncateSync(file, bytes.length - 1),
    (file) => appendFileSync(file, 'x'),
    (file, bytes) => {
      // One bit of a digest: without the check a wrong answer.
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(file, bytes);
    },
  ];
  for (const damage of damages) {
    await readAll(await scanProject({ root, rules: RULES, statCache: settled(root, folder) }));
    const file = cacheFile(folder);
    damage(file, readFileSync(file));
    expect(loadStatCache(root, folder).find('a.py', statSync(join(root, 'a.py')))).toBeUndefined();
    expect(await digests(root, folder)).toEqual(plain);
  }
});

test('another project’s cache is not believed', async () => {
  const [one, two, folder] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  await writeFiles(one, { 'a.py': 'a' });
  await readAll(await scanProject({ root: one, rules: RULES, statCache: settled(one, folder) }));
  const stolen = readFileSync(cacheFile(folder));
  const other = temporaryFolder();
  await writeFiles(two, { 'b.py': 'b' });
  await readAll(await scanProject({ root: two, rules: RULES, statCache: settled(two, other) }));
  writeFileSync(cacheFile(other), stolen);
  expect(loadStatCache(two, other).find('a.py', statSync(join(one, 'a.py')))).toBeUndefined();
});

test('no place to write is no error, and nothing is written into the project', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'a.py': 'a' });
  const blocked = join(temporaryFolder(), 'file');
  writeFileSync(blocked, '');
  for (const folder of [blocked, join(root, 'cache'), root]) {
    await readAll(await scanProject({ root, rules: RULES, statCache: settled(root, folder) }));
    expect(readdirSync(root)).toEqual(['a.py']);
  }
  const closed = temporaryFolder();
  mkdirSync(join(closed, 'x'), { mode: 0o500 });
  await readAll(await scanProject({ root, rules: RULES, statCache: settled(root, join(closed, 'x')) }));
  chmodSync(join(closed, 'x'), 0o700);
});
