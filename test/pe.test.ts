import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { looksOf } from './pe.ts';
import { temporaryFolder } from './temporary.ts';
import { windowsPython } from './windows-python.ts';

const FOLDER = 'org/bytedeco/cpython/windows-x86_64';
const TAKE = 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))';

/** A program of the Windows Python that the test bed has. */
async function taken(name: string): Promise<string> {
  const jar = await windowsPython('3.13');
  const { stdout } = await execa('python3', ['-c', TAKE, jar, `${FOLDER}/bin/${name}`], {
    encoding: 'buffer',
  });
  const path = join(temporaryFolder(), name);
  await writeFile(path, stdout);
  return path;
}

test('what a real program looks like to Windows', { timeout: 120_000 }, async () => {
  const looks = await looksOf(await taken('python.exe'));
  expect(looks).toMatchObject({ subsystem: 'console', level: 'asInvoker', uiAccess: false });
  expect(looks.fileVersion).toMatch(/^3\.13\.5\d*\.\d+$/);
  expect(looks.icon).toEqual(expect.arrayContaining([16, 256]));
  expect(looks.version).toMatchObject({ ProductName: 'Python', FileVersion: '3.13.5' });
  expect(looks.version['LegalCopyright']).toContain('Copyright © 2001');
});

test('a program without a console', { timeout: 120_000 }, async () => {
  expect((await looksOf(await taken('pythonw.exe'))).subsystem).toBe('window');
});

test('what is no program of Windows', async () => {
  const path = join(temporaryFolder(), 'app');
  await writeFile(path, '\x7fELF is what programs begin with elsewhere');
  await expect(looksOf(path)).rejects.toThrow();
});
