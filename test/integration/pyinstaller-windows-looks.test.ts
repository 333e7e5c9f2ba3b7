import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { looksOf } from '../pe.ts';
import { windowsPython } from '../windows-python.ts';
import { ovenbird, project } from './pyinstaller-fixtures.ts';

/** An icon file of one picture: a header, a list of one, and the picture with its mask. */
function iconFile(width: number): Buffer {
  const pixels = width * width * 4 + width * Math.ceil(width / 32) * 4;
  const bytes = Buffer.alloc(6 + 16 + 40 + pixels, 0x40);
  bytes.writeUInt16LE(0, 0);
  bytes.writeUInt16LE(1, 2);
  bytes.writeUInt16LE(1, 4);
  bytes.writeUInt32LE(0, 8);
  bytes.writeUInt8(width, 6);
  bytes.writeUInt8(width, 7);
  bytes.writeUInt16LE(1, 10);
  bytes.writeUInt16LE(32, 12);
  bytes.writeUInt32LE(40 + pixels, 14);
  bytes.writeUInt32LE(22, 18);
  bytes.fill(0, 22, 62);
  bytes.writeUInt32LE(40, 22);
  bytes.writeInt32LE(width, 26);
  // The mask counts, too.
  bytes.writeInt32LE(width * 2, 30);
  bytes.writeUInt16LE(1, 34);
  bytes.writeUInt16LE(32, 36);
  return bytes;
}

const VERSION = `VSVersionInfo(
  ffi=FixedFileInfo(filevers=(1, 2, 3, 4), prodvers=(1, 2, 0, 0), mask=0x3f, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040704B0', [
      StringStruct('CompanyName', 'Bäckerei Grüß'), StringStruct('ProductName', 'Öfen')])]),
    VarFileInfo([VarStruct('Translation', [0x407, 1200])]),
  ])
`;

test('a window, an icon, a version and what it may do are read back from the file', async () => {
  const folder = await project({ 'tool.py': 'import sys\nsys.exit(0)\n', 'looks/version.txt': VERSION });
  const icon = join(folder, 'looks/app.ico');
  writeFileSync(icon, iconFile(16));
  const windows = ['--os', 'windows', '--python', '3.12', '--windows-python', await windowsPython('3.12')];
  const looks = ['--icon', 'looks/app.ico', '--version-info', 'looks/version.txt', '--uac-admin'];
  const argv = [...windows, '--onefile', '--smoke', '', 'tool.py'];
  const program = join(folder, 'dist/windows/tool.exe');

  const built = await ovenbird(folder, [...argv, '--windowed', ...looks]);
  expect(built.status, built.stderr).toBe(0);
  expect(await looksOf(program)).toEqual({
    subsystem: 'window',
    level: 'requireAdministrator',
    uiAccess: false,
    icon: [16],
    version: { CompanyName: 'Bäckerei Grüß', ProductName: 'Öfen' },
    fileVersion: '1.2.3.4',
  });

  // Another icon analyses nothing, and is seen.
  writeFileSync(icon, iconFile(32));
  const again = await ovenbird(folder, [...argv, '--windowed', ...looks, '--progress', 'plain']);
  expect(again.status, again.stderr).toBe(0);
  expect((await looksOf(program)).icon).toEqual([32]);
  expect(again.stderr).toMatch(/\] analyse .*\n(?:.*\n)*?\[\d+\] cached/);
  expect(again.stderr).not.toMatch(/Running Analysis/);

  const plain = await ovenbird(folder, [...argv, '--icon', 'NONE']);
  expect(plain.status, plain.stderr).toBe(0);
  expect(await looksOf(program)).toMatchObject({
    subsystem: 'console',
    level: 'asInvoker',
    icon: [],
    version: {},
  });
}, 900_000);
