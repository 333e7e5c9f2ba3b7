import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFileOf } from '../../../src/targets/lock/lock-file.ts';
import { pythonVersion, Step } from '../step.ts';

const HEAD = '# ovenbird.lock 1\n# python 3.6 windows/amd64\n# inputs sha256:12\n';

/** What the step's modules say to an expression, or the words of the error that it raises. */
function evaluate(expression: string): Promise<unknown> {
  return new Step('install', {}, 'pyinstaller').evaluate(`
import json, ob_lock, ob_uv, ob_uv_messages
try:
    print(json.dumps(${expression}))
except ValueError as error:
    print(json.dumps(str(error)))
`);
}

test("uv is told the target: Windows', or a Linux with its C library", async () => {
  const flags = ['--python-version', '3.12', '--python-platform'];
  expect(await evaluate('ob_uv.target_flags("3.12", "windows/amd64", None)')).toEqual([
    ...flags,
    'x86_64-pc-windows-msvc',
  ]);
  expect(await evaluate('ob_uv.target_flags("3.12", "linux/arm64", "2.35")')).toEqual([
    ...flags,
    'aarch64-manylinux_2_35',
  ]);
});

test("a lock's header is read back, with a C library where there is one", async () => {
  const again = (platform: string, glibc: string): string =>
    `ob_lock.parse(ob_lock.header("3.12", "${platform}", ${glibc}, "sha256:12") + "six==1\\n")`;
  const read = { python: '3.12', inputs: 'sha256:12' };
  const windows = 'windows/amd64';
  expect(await evaluate(again(windows, 'None'))).toEqual({ ...read, platform: windows, glibc: null });
  const linux = 'linux/amd64';
  expect(await evaluate(again(linux, '"2.36"'))).toEqual({ ...read, platform: linux, glibc: '2.36' });
  expect(await evaluate(again(linux, 'None'))).toBe(
    'the second line of ovenbird.lock does not name its Python',
  );
  expect(await evaluate(again(windows, '"2.36"'))).toBe(
    'the second line of ovenbird.windows.lock does not name its Python',
  );
});

test.each(['linux/amd64', 'windows/amd64'])('the steps know the lock of %s by its name', async (platform) => {
  const name = lockFileOf(platform);
  expect(await evaluate(`ob_lock.file_of("${platform}")`)).toBe(name);
  const said = 'error: Failed to download `six==1`\\n  cause: Hash mismatch for `six==1`\\n';
  expect(await evaluate(`ob_uv_messages.problems("${said}", lock="${name}")`)).toMatchObject([
    { message: `six==1 as downloaded is not what ${name} pins`, location: { file: name } },
  ]);
});

test('nothing is compiled for Windows, whatever Python runs the step', async () => {
  expect(await pythonVersion()).not.toBe('3.6');
  const done = new Step('install', { 'lock/ovenbird.lock': HEAD }, 'pyinstaller');
  expect(await done.run()).toMatchObject({ status: 0, stderr: '' });
  const linux = HEAD.replace('windows/amd64', 'linux/amd64 glibc 2.36');
  const refused = await new Step('install', { 'lock/ovenbird.lock': linux }, 'pyinstaller').run();
  expect(refused.errors).toMatchObject([{ code: 'PYTHON_UNSUPPORTED' }]);
  const spoilt = HEAD.replace(' windows/amd64', ' windows/amd64 glibc');
  const unread = await new Step('install', { 'lock/ovenbird.lock': spoilt }, 'pyinstaller').run();
  expect(unread.errors).toMatchObject([
    { hint: 'delete ovenbird.windows.lock and build again', location: { file: 'ovenbird.windows.lock' } },
  ]);
});

test('scripts for the system that installs are taken out, programs for Windows stay', async () => {
  const step = new Step(
    'install',
    {
      'tree/bin/tool': '#!/usr/bin/python3\nimport tool\n',
      'tree/bin/tool.exe': 'MZ',
      'tree/tool-1.dist-info/RECORD': 'bin/tool,,\nbin/tool.exe,,\ntool-1.dist-info/RECORD,,\n',
      'other/bin/only': '#!/bin/sh\n',
    },
    'pyinstaller',
  );
  const record = await step.evaluate(`
import json, ob, ob_wheels
for name in ("tree", "other", "tree/tool-1.dist-info"):
    ob_wheels.drop_scripts(ob.mnt(name))
ob_wheels.normalise(ob.mnt("tree"))
print(json.dumps(open(ob.mnt("tree", "tool-1.dist-info", "RECORD")).read()))
`);
  expect(record).toBe('bin/tool.exe,,\ntool-1.dist-info/RECORD,,\n');
  expect(readdirSync(join(step.root, 'mnt/tree/bin'))).toEqual(['tool.exe']);
  expect(readdirSync(join(step.root, 'mnt/other'))).toEqual([]);
});
