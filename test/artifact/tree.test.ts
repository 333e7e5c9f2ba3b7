import { chmod, mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkOwn, holdsTree, treeFacts, type TreeFile } from '../../src/artifact/tree.ts';
import { temporaryFolder } from '../temporary.ts';

const ELF = Buffer.from('\u007fELF program');

function described(path: string, bytes: Uint8Array, mode = 0o755): TreeFile {
  return { path, bytes: bytes.length, mode, digest: `sha256:${hash('sha256', bytes)}` };
}

describe('an earlier result is the same', () => {
  let folder = '';
  const files: TreeFile[] = [
    described('app/app', ELF),
    described('app/_internal/data.txt', Buffer.from('text'), 0o644),
    { path: 'app/_internal/link.so', link: 'data.txt' },
  ];
  const here = () => ({ files, places: [{ name: 'app', to: join(folder, 'app') }] });

  beforeEach(async () => {
    folder = temporaryFolder();
    await mkdir(join(folder, 'app/_internal'), { recursive: true });
    await writeFile(join(folder, 'app/app'), ELF);
    await chmod(join(folder, 'app/app'), 0o755);
    await writeFile(join(folder, 'app/_internal/data.txt'), 'text');
    await chmod(join(folder, 'app/_internal/data.txt'), 0o644);
    await symlink('data.txt', join(folder, 'app/_internal/link.so'));
  });

  test('byte for byte, with its modes and links', async () => {
    expect(await holdsTree(here())).toBe(true);
  });

  test('looked at again and again; a byte that changes at the same size and time is seen', async () => {
    const file = join(folder, 'app/_internal/data.txt');
    const { atime, mtime } = await stat(file);
    // Only what was left alone for a while is remembered.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await holdsTree(here())).toBe(true);
    expect(await holdsTree(here())).toBe(true);
    await writeFile(file, 'texx');
    await utimes(file, atime, mtime);
    expect(await holdsTree(here())).toBe(false);
  });

  test.each<[string, (folder: string) => Promise<unknown>]>([
    ['another byte', (at) => writeFile(join(at, 'app/_internal/data.txt'), 'texx')],
    ['another mode', (at) => chmod(join(at, 'app/app'), 0o700)],
    ['a file more', (at) => writeFile(join(at, 'app/_internal/more'), '')],
    [
      'a folder where a file was',
      async (at) => {
        const { rm } = await import('node:fs/promises');
        await rm(join(at, 'app/app'));
        await mkdir(join(at, 'app/app'));
      },
    ],
    [
      'a file where a link was',
      async (at) => {
        const { rm } = await import('node:fs/promises');
        await rm(join(at, 'app/_internal/link.so'));
        await writeFile(join(at, 'app/_internal/link.so'), 'data.txt');
      },
    ],
    [
      'nothing',
      async (at) => {
        const { rm } = await import('node:fs/promises');
        await rm(join(at, 'app'), { recursive: true });
      },
    ],
  ])('not with %s', async (_what, change) => {
    await change(folder);
    expect(await holdsTree(here())).toBe(false);
  });
});

test('the facts of one file are its own, those of several are of all', () => {
  const one = described('app', ELF);
  expect(treeFacts([one])).toEqual({ bytes: ELF.length, digest: `sha256:${hash('sha256', ELF)}` });
  const two = [one, described('other', ELF, 0o644)];
  expect(treeFacts(two).bytes).toBe(2 * ELF.length);
  expect(treeFacts(two).digest).not.toBe(treeFacts([one, described('other', ELF)]).digest);
});

describe('what may be replaced', () => {
  test('an executable, a folder with one, nothing, what is empty', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'app'), ELF);
    await writeFile(join(folder, 'app.exe'), 'MZ and more');
    await writeFile(join(folder, 'empty'), '');
    await mkdir(join(folder, 'bundle/_internal'), { recursive: true });
    await writeFile(join(folder, 'bundle/run'), ELF);
    await mkdir(join(folder, 'hollow'));
    for (const name of ['app', 'app.exe', 'empty', 'bundle', 'hollow', 'none'])
      await checkOwn(join(folder, name));
  });

  test('neither a text nor a folder of other things', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'notes'), 'mine');
    await mkdir(join(folder, 'docs'));
    await writeFile(join(folder, 'docs/a.md'), 'mine');
    for (const name of ['notes', 'docs']) {
      await expect(checkOwn(join(folder, name))).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
    }
    expect(await readFile(join(folder, 'notes'), 'utf8')).toBe('mine');
  });
});
