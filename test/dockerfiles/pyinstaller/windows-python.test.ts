import { cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  below,
  entriesOf,
  MACHINE,
  treeOf,
  wholePython,
  writeZip,
  type ZipEntry,
} from '../../windows-tree.ts';
import { Step } from '../step.ts';

async function step(python = '3.12'): Promise<Step> {
  const made = new Step(
    'windows-python',
    {
      'plan/request.json': { python },
      'python/.keep': '',
      'runtime/msvcp140.dll': 'new',
      'runtime/note.txt': '',
    },
    'pyinstaller',
  );
  await made.ready();
  return made;
}

async function fromFolder(files: Readonly<Record<string, string>>, python?: string): Promise<Step> {
  const made = await step(python);
  cpSync(await treeOf(files), join(made.root, 'mnt/python'), { recursive: true });
  return made;
}

async function fromArchive(entries: readonly ZipEntry[], python?: string): Promise<Step> {
  const made = await step(python);
  await writeZip(join(made.root, 'mnt/python/archive'), entries);
  return made;
}

/** The files of the result, without byte code. */
function laidOut({ root }: Step): string[] {
  return readdirSync(join(root, 'ob/winpy/python'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, 'ob/winpy/python/').length))
    .sort();
}

const EXPECTED = [
  'DLLs/_ctypes.pyd',
  'LICENSE.txt',
  'Lib/encodings/__init__.py',
  'Lib/encodings/utf_8.py',
  'Lib/os.py',
  'msvcp140.dll',
  'python.exe',
  'python3.dll',
  'python312.dll',
  'tcl/tcl8.6/init.tcl',
  'vcruntime140.dll',
  'vcruntime140_1.dll',
];

test('a folder, a zip and a NuGet package are laid out alike, with fixed times', async () => {
  const files = wholePython();
  const nupkg = [
    ...entriesOf({ 'python.nuspec': '', 'tools/Lib/with%20space.py': '', ...below('tools', files) }),
  ];
  const made = [await fromFolder(files), await fromArchive(entriesOf(files)), await fromArchive(nupkg)];
  for (const each of made) expect(await each.run()).toMatchObject({ status: 0, stderr: '' });
  const [folder, zip, nuget] = made as [Step, Step, Step];
  expect(laidOut(folder)).toEqual(EXPECTED);
  expect(laidOut(zip)).toEqual(EXPECTED);
  expect(laidOut(nuget)).toEqual([...EXPECTED, 'Lib/with space.py'].sort());
  expect(folder.text('winpy/python/msvcp140.dll')).toBe('new');
  for (const path of ['Lib/os.py', 'Lib', 'msvcp140.dll', '.']) {
    expect(statSync(join(folder.root, 'ob/winpy/python', path)).mtimeMs, path).toBe(315_532_800_000);
  }
});

test('names in other cases, and among the files of an image, are found', async () => {
  const files = {
    'usr/bin/thing': '',
    ...below(
      'opt/wine/drive_c/Python',
      Object.fromEntries(
        Object.entries(wholePython()).map(([path, text]) => [
          path.replace('Lib/', 'LIB/').replace('DLLs', 'dlls'),
          text,
        ]),
      ),
    ),
  };
  const made = await fromFolder(files);
  symlinkSync('/etc', join(made.root, 'mnt/python/linked'));
  expect(await made.run()).toMatchObject({ status: 0, stderr: '' });
  expect(laidOut(made)).toEqual(EXPECTED);
});

/** A Python as the jars of the test bed hold it. */
function jar(): Record<string, string> {
  const { 'python.exe': exe = '', 'python312.dll': core = '' } = wholePython();
  return below('org/bytedeco/cpython/windows-x86_64', {
    'python.exe': exe,
    'bin/python.exe': exe,
    'python312.dll': core,
    'libssl-3.dll': '',
    'jnipython.dll': '',
    'libs/python3.lib': importLibrary(['Py_IncRef', 'Py_DecRef', 'PyBool_Type']),
    'lib/os.py': '',
    'lib/encodings/__init__.py': '',
    'lib/_ctypes.pyd': 'ctypes',
    'lib/libssl-3.dll': 'ssl',
    'lib/vcruntime140.dll': 'vc',
    'lib/vcruntime140_1.dll': 'vc1',
    'lib/pip/__init__.py': '',
    'lib/pip-23.2.1.dist-info/RECORD': '',
    'lib/setuptools/__init__.py': '',
    'lib/setuptools-65.5.0.dist-info/RECORD': '',
    'lib/pkg_resources/__init__.py': '',
    'lib/distutils-precedence.pth': 'import os',
  });
}

/** An import library of python3.dll, as a text of bytes. */
function importLibrary(functions: readonly string[]): string {
  const members = functions.map((name) => {
    const body = `\0\0\xff\xff${'\0'.repeat(16)}${name}\0python3.dll\0`;
    const size = String(body.length).padEnd(10);
    return `${'python3.dll/'.padEnd(48)}${size}\`\n${body}${body.length % 2 ? '\n' : ''}`;
  });
  return `!<arch>\n${members.join('')}`;
}

test('a jar’s tree is put in order, and its python3.dll is made', async () => {
  const made = await fromArchive(entriesOf(jar()));
  expect(await made.run()).toMatchObject({ status: 0, stderr: '' });
  expect(laidOut(made)).toEqual([
    'DLLs/_ctypes.pyd',
    'DLLs/libssl-3.dll',
    'Lib/encodings/__init__.py',
    'Lib/os.py',
    'msvcp140.dll',
    'python.exe',
    'python3.dll',
    'python312.dll',
    'vcruntime140.dll',
    'vcruntime140_1.dll',
  ]);
  // As Windows reads it: the export table's names, and where each is to be found instead.
  const dll = readFileSync(join(made.root, 'ob/winpy/python/python3.dll'));
  expect(exportsOf(dll)).toEqual({
    PyBool_Type: 'python312.PyBool_Type',
    Py_DecRef: 'python312.Py_DecRef',
    Py_IncRef: 'python312.Py_IncRef',
  });
});

/** The forwarded exports of a DLL for amd64. */
function exportsOf(dll: Buffer): Record<string, string> {
  const header = dll.readUInt32LE(60);
  expect(dll.toString('latin1', header, header + 4)).toBe('PE\0\0');
  expect(dll.readUInt16LE(header + 4)).toBe(MACHINE.amd64);
  expect(dll.readUInt16LE(header + 24)).toBe(0x20b);
  const [start, length] = [dll.readUInt32LE(header + 24 + 112), dll.readUInt32LE(header + 24 + 116)];
  const section = header + 24 + dll.readUInt16LE(header + 20);
  const toFile = dll.readUInt32LE(section + 20) - dll.readUInt32LE(section + 12);
  const at = (address: number): number => address + toFile;
  const text = (address: number): string => dll.toString('latin1', at(address), dll.indexOf(0, at(address)));
  const table = at(start);
  const found: Record<string, string> = {};
  for (let index = 0; index < dll.readUInt32LE(table + 24); index += 1) {
    const name = text(dll.readUInt32LE(at(dll.readUInt32LE(table + 32)) + 4 * index));
    const ordinal = dll.readUInt16LE(at(dll.readUInt32LE(table + 36)) + 2 * index);
    const address = dll.readUInt32LE(at(dll.readUInt32LE(table + 28)) + 4 * ordinal);
    // An address inside the table is a forward's text.
    expect(address >= start && address < start + length).toBe(true);
    found[name] = text(address);
  }
  return found;
}

test('a tree that lacks parts says all of them', async () => {
  const {
    'vcruntime140_1.dll': _one,
    'python3.dll': _two,
    'libs/python3.lib': _three,
    ...rest
  } = wholePython();
  const { status, errors } = await (await fromFolder(rest)).run();
  expect(status).toBe(1);
  expect(errors).toMatchObject([
    {
      code: 'PYINSTALLER_WINDOWS_PYTHON',
      message: 'the Windows Python lacks vcruntime140_1.dll, python3.dll',
      hint: expect.stringContaining('NuGet'),
    },
  ]);
});

test.each([
  [wholePython('3.11'), 'PYTHON_UNSUPPORTED', 'the Windows Python is 3.11, the build is for Python 3.12'],
  [wholePython('3.12', MACHINE.arm64), 'PYINSTALLER_WINDOWS_PYTHON', 'is for arm64, not for'],
  [{ 'a.txt': '' }, 'PYINSTALLER_WINDOWS_PYTHON', 'there is no python.exe'],
  [
    { 'python.exe': '', 'python312.dll': '', 'python312._pth': '' },
    'PYINSTALLER_WINDOWS_PYTHON',
    'embeddable',
  ],
  [{ 'python.exe': '', 'Lib/os.py': '' }, 'PYINSTALLER_WINDOWS_PYTHON', 'no python3XX.dll'],
  [{ ...wholePython(), 'lib/OS.py': '' }, 'PYINSTALLER_WINDOWS_PYTHON', 'two files that are one on Windows'],
  [
    { ...jar(), 'org/bytedeco/cpython/windows-x86_64/libs/python3.lib': 'no library' },
    'PYINSTALLER_WINDOWS_PYTHON',
    'does not say what is in it',
  ],
])('what cannot be used is refused (%#)', async (files, code, says) => {
  const { status, errors } = await (await fromArchive(entriesOf(files))).run();
  expect(status).toBe(1);
  expect(errors).toMatchObject([{ code, message: expect.stringContaining(says) }]);
});

test.each<[ZipEntry, string]>([
  [{ name: '../../outside.txt', text: 'x' }, 'an unsafe name'],
  [{ name: 'Lib/../../../outside.txt', text: 'x' }, 'an unsafe name'],
  [{ name: String.raw`Lib\..\..\..\outside.txt`, text: 'x' }, 'an unsafe name'],
  [{ name: '/tmp/outside.txt', text: 'x' }, 'an unsafe name'],
  [{ name: 'C:/Windows/outside.txt', text: 'x' }, 'an unsafe name'],
  [{ name: 'Lib/os.py', text: 'twice' }, 'two files called'],
  [{ name: 'Lib/link.py', text: '/etc/passwd', mode: 0o120777 }, 'a link'],
  [{ name: 'Lib', text: '/etc', mode: 0o120777 }, 'a link'],
])('a hostile archive gets nowhere (%#)', async (entry, says) => {
  const made = await fromArchive([...entriesOf(wholePython()), entry]);
  const { status, errors } = await made.run();
  expect(status).toBe(1);
  expect(errors).toMatchObject([
    { code: 'PYINSTALLER_WINDOWS_PYTHON', message: expect.stringContaining(says) },
  ]);
  expect(laidOut(made)).toEqual([]);
  expect(existsSync(join(made.root, 'outside.txt'))).toBe(false);
});

test('names that NuGet escapes are judged as they are meant', async () => {
  const files = { 'python.nuspec': '', ...below('tools', wholePython()), 'tools/%2e%2e/%2e%2e/x': '' };
  const { errors } = await (await fromArchive(entriesOf(files))).run();
  expect(errors).toMatchObject([{ message: expect.stringContaining('an unsafe name') }]);
});

test('an archive that is damaged, or states too much, is refused before it fills the disk', async () => {
  const made = await fromArchive(entriesOf(wholePython()));
  const path = join(made.root, 'mnt/python/archive');
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, 200));
  expect((await made.run()).errors).toMatchObject([{ message: expect.stringContaining('cannot be read') }]);

  // Of python.exe, the directory's first: as if it unpacked to 4 GB.
  const huge = Buffer.from(whole);
  huge.writeUInt32LE(0xfffffff0, huge.indexOf('PK\x01\x02', 0, 'latin1') + 24);
  writeFileSync(path, huge);
  expect((await made.run()).errors).toMatchObject([
    { message: expect.stringContaining('more than 1024 MB') },
  ]);

  const broken = Buffer.from(whole);
  broken.fill(0xff, 45, 60);
  writeFileSync(path, broken);
  expect((await made.run()).errors).toMatchObject([{ message: expect.stringContaining('cannot be read') }]);
});
