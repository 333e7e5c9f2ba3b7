import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { temporaryFolder, writeFiles } from './temporary.ts';
import { join } from 'node:path';

/** What programs for a kind of processor begin with. */
export const MACHINE = { amd64: 0x8664, x86: 0x014c, arm64: 0xaa64 } as const;

/** The head of a Windows program, as text whose characters are its bytes (all below 0x100). */
export function program(machine: number = MACHINE.amd64): string {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(machine, 132);
  return bytes.toString('latin1');
}

/** Files of a whole Windows Python, by path, as texts of bytes. */
export function wholePython(version = '3.12', machine: number = MACHINE.amd64): Record<string, string> {
  const core = `python${version.replace('.', '')}.dll`;
  return {
    'python.exe': program(machine),
    'python3.dll': program(machine),
    [core]: program(machine),
    'vcruntime140.dll': 'vc',
    'vcruntime140_1.dll': 'vc1',
    'LICENSE.txt': 'licence',
    'DLLs/_ctypes.pyd': 'ctypes',
    'DLLs/_testcapi.pyd': 'for developers',
    'Lib/os.py': 'import sys\n',
    'Lib/encodings/__init__.py': '',
    'Lib/encodings/utf_8.py': 'x = 1\n',
    'Lib/test/test_os.py': '',
    'Lib/site-packages/pip/__init__.py': '',
    'Lib/__pycache__/os.cpython-312.pyc': 'stale',
    'tcl/tcl8.6/init.tcl': 'tcl',
    'Scripts/pip.exe': '',
    'libs/python3.lib': '',
  };
}

/** The same files below another folder. */
export function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

export interface ZipEntry {
  readonly name: string;
  /** A text of bytes. */
  readonly text: string;
  /** A Unix mode with its type, such as a link's 0o120777. */
  readonly mode?: number;
}

const WRITE = `
import json, sys, zipfile
given = json.load(sys.stdin)
with zipfile.ZipFile(given["path"], "w", zipfile.ZIP_DEFLATED) as archive:
    for entry in given["entries"]:
        info = zipfile.ZipInfo("x")
        info.filename = entry["name"]
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = entry.get("mode", 0o100644) << 16
        archive.writestr(info, entry["text"].encode("latin-1"))
`;

/** Writes a zip archive with any names, also such as no honest one has. */
export async function writeZip(path: string, entries: readonly ZipEntry[]): Promise<void> {
  await execa('python3', ['-W', 'ignore', '-c', WRITE], { input: JSON.stringify({ path, entries }) });
}

export function entriesOf(files: Readonly<Record<string, string>>): ZipEntry[] {
  return Object.entries(files).map(([name, text]) => ({ name, text }));
}

/** A folder with files whose texts are bytes. */
export async function treeOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  await writeFiles(folder, Object.fromEntries(Object.keys(files).map((path) => [path, ''])));
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text, 'latin1');
  return folder;
}

/** A zip archive in a folder of its own. @param name with the ending that it is to have */
export async function archiveOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeZip(path, entriesOf(files));
  return path;
}
