import { hash } from 'node:crypto';
import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OvenbirdError } from '../../../../src/errors.ts';
import {
  readWindowsPython,
  windowsPythonMissing,
} from '../../../../src/targets/pyinstaller/windows-python/read.ts';
import { temporaryFolder } from '../../../temporary.ts';
import { archiveOf, below, MACHINE, program, treeOf, wholePython } from '../../../windows-tree.ts';

const read = (given: string, python = '3.12') =>
  readWindowsPython({ given, folder: temporaryFolder(), python });

/** The only problem of what must fail. */
async function refusal(given: string, python?: string) {
  const thrown: unknown = await read(given, python).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(OvenbirdError);
  const { problems } = thrown as OvenbirdError;
  expect(problems).toHaveLength(1);
  return problems[0];
}

test('a folder is taken without what was installed into it, and has a digest of its content', async () => {
  const folder = await treeOf(wholePython());
  const found = await read(folder);
  if (found.kind !== 'folder') throw new Error(found.kind);
  const paths = found.tree.files.map(({ path }) => path);
  expect(paths).toContain('Lib/encodings/utf_8.py');
  expect(paths.filter((path) => /site-packages|__pycache__|Scripts|test_os/.test(path))).toEqual([]);

  const moved = `${folder}-moved`;
  renameSync(folder, moved);
  const there = await read(moved);
  renameSync(moved, folder);
  expect(there).toMatchObject({ digest: found.digest });
  writeFileSync(join(folder, 'Lib/os.py'), 'import sy5\n');
  expect(await read(folder)).not.toMatchObject({ digest: found.digest });
});

test.each([
  ['python.zip', ''],
  ['python.3.12.1.nupkg', 'tools'],
  ['cpython.jar', 'org/bytedeco/cpython/windows-x86_64'],
])('%s is one file of the context, known by its own SHA-256', async (name, folder) => {
  const files = folder === '' ? wholePython() : below(folder, wholePython());
  const path = await archiveOf(name, files);
  const found = await read(path);
  if (found.kind !== 'archive') throw new Error(found.kind);
  expect(found.digest).toBe(`sha256:${hash('sha256', readFileSync(path))}`);
  expect(found.tree.files).toEqual([{ kind: 'file', path: 'archive', absolute: path }]);
});

test('a relative path and a link lead to the file, a name without a path to an image', async () => {
  const path = await archiveOf('python.zip', wholePython());
  const folder = temporaryFolder();
  symlinkSync(path, join(folder, 'link.zip'));
  expect(await readWindowsPython({ given: 'link.zip', folder, python: '3.12' })).toMatchObject({
    kind: 'archive',
    tree: { files: [{ absolute: path }] },
  });
  expect(await read('registry.example:5000/team/windows-python:3.12')).toEqual({
    kind: 'image',
    reference: 'registry.example:5000/team/windows-python:3.12',
  });
});

test.each(['./windows-python', 'python-3.12.zip', String.raw`C:\Python312`, '/nowhere/python', 'a b'])(
  '%s, which is not there, is not taken for an image',
  async (given) => {
    expect(await refusal(given)).toMatchObject({
      code: 'PYINSTALLER_WINDOWS_PYTHON',
      message: `there is no ${given}`,
      hint: expect.stringContaining('.nupkg'),
    });
  },
);

test('a wrong architecture is named, of a folder and of an archive', async () => {
  expect(await refusal(await treeOf(wholePython('3.12', MACHINE.arm64)))).toMatchObject({
    message: 'the Windows Python is for arm64, not for 64-bit Intel and AMD (amd64)',
  });
  const x86 = below('tools', wholePython('3.12', MACHINE.x86));
  expect(await refusal(await archiveOf('pythonx86.nupkg', x86))).toMatchObject({
    message: 'the Windows Python is for 32-bit x86, not for 64-bit Intel and AMD (amd64)',
    hint: expect.stringContaining('64-bit'),
  });
  const script = { ...wholePython(), 'python.exe': '#!/bin/sh\n' };
  expect(await refusal(await treeOf(script))).toMatchObject({
    message: 'python.exe of the Windows Python is no Windows program',
  });
});

test('a wrong version says both ways out', async () => {
  expect(await refusal(await treeOf(wholePython('3.11')))).toMatchObject({
    code: 'PYTHON_UNSUPPORTED',
    message: 'the Windows Python is 3.11, the build is for Python 3.12',
    hint: 'give a Windows Python 3.12, or build for the other: --python 3.11',
  });
});

test('of several Pythons the one of the wanted version counts, then the one that lies least deep', async () => {
  const both = { ...below('a', wholePython('3.11')), ...below('b/c', wholePython('3.12')) };
  expect(await read(await treeOf(both))).toMatchObject({ kind: 'folder' });
  expect(
    await refusal(await treeOf({ ...both, ...below('z', wholePython('3.12', MACHINE.x86)) })),
  ).toMatchObject({
    message: expect.stringContaining('32-bit x86'),
  });
});

test('an installer, an embeddable package, a virtual environment and a tarball are told apart', async () => {
  const folder = temporaryFolder();
  const installer = join(folder, 'python-3.12.1-amd64.exe');
  writeFileSync(installer, program(), 'latin1');
  expect(await refusal(installer)).toMatchObject({
    message: 'python-3.12.1-amd64.exe is an installer or a single program, not a Python that is laid out',
    hint: expect.stringContaining('NuGet package `python`'),
  });
  const tarball = join(folder, 'python.tar.gz');
  writeFileSync(tarball, 'no zip');
  expect(await refusal(tarball)).toMatchObject({
    message: 'python.tar.gz is no zip archive: .zip, .nupkg and .jar are',
  });
  const embeddable = {
    'python.exe': program(),
    'python312.dll': '',
    'python312.zip': '',
    'python312._pth': '.',
  };
  expect(await refusal(await archiveOf('python-3.12.1-embed-amd64.zip', embeddable))).toMatchObject({
    message: "this is python.org's embeddable package, which lacks Lib and much else",
  });
  const environment = { 'pyvenv.cfg': 'home = C:\\Python312', 'Scripts/python.exe': program() };
  expect(await refusal(await treeOf(environment))).toMatchObject({
    message: 'this is a virtual environment, which has no Python of its own',
    hint: expect.stringContaining('pyvenv.cfg'),
  });
});

test('a tree without an interpreter or a library says what it lacks', async () => {
  expect(await refusal(await treeOf({ 'Lib/os.py': '' }))).toMatchObject({
    message: 'there is no python.exe in what --windows-python names',
  });
  expect(await refusal(await treeOf({ 'python.exe': program(), 'Lib/os.py': '' }))).toMatchObject({
    message: 'the python.exe in what --windows-python names has no python3XX.dll beside it',
  });
  expect(await refusal(await treeOf({ 'python.exe': program(), 'python312.dll': '' }))).toMatchObject({
    message: 'the Windows Python lacks Lib, the standard library',
  });
});

test('a damaged archive is no archive', async () => {
  const path = await archiveOf('python.zip', wholePython());
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, whole.length - 30));
  expect(await refusal(path)).toMatchObject({
    message: 'python.zip is no zip archive: .zip, .nupkg and .jar are',
  });
  const wild = Buffer.from(whole);
  // The directory's place: far behind the end.
  wild.writeUInt32LE(0xfffffff0, wild.length - 6);
  writeFileSync(path, wild);
  expect(await refusal(path)).toMatchObject({
    message: 'python.zip is no zip archive: .zip, .nupkg and .jar are',
  });
});

test('without one the message says where to get it, and names no host', () => {
  const { code, message, hint = '' } = windowsPythonMissing('3.12');
  expect(code).toBe('PYINSTALLER_WINDOWS_PYTHON');
  expect(message).toBe('an executable for Windows needs a Windows Python 3.12, and none is given');
  expect(hint).toMatch(/NuGet package `python` in a version 3\.12\.x.*--windows-python PATH/);
  expect(hint).not.toMatch(/:\/\/|www\./);
});
