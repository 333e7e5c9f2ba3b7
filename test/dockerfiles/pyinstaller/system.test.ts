import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Step } from '../step.ts';

/** Evaluates `system.METHOD(value)` of the Windows system for each value. */
function ask(step: Step, method: string, values: readonly string[]): Promise<unknown> {
  const code = [
    'import json, ob_system',
    `ask = ob_system.of({"system": "windows"}).${method}`,
    `print(json.dumps([ask(value) for value in json.loads(${JSON.stringify(JSON.stringify(values))})]))`,
  ];
  return step.evaluate(code.join('\n'));
}

const step = (): Step => new Step('trace', { 'plan/request.json': {} }, 'pyinstaller');

test('a Windows program is given this system’s paths as drive Z', async () => {
  expect(await ask(step(), 'given', ['/mnt/project/a b.py', 'sub/x.py', 'my-tool'])).toEqual([
    String.raw`Z:\mnt\project\a b.py`,
    String.raw`sub\x.py`,
    'my-tool',
  ]);
});

test('its paths are told as files here are spelled, if they are there', async () => {
  const at = step();
  await at.ready();
  const file = join(at.root, 'mnt/Tables/Ünit.TXT');
  mkdirSync(dirname(file));
  writeFileSync(file, '');
  const windows = `z:${file.toUpperCase().replaceAll('/', '\\')}`;
  expect(await ask(at, 'told', [windows, String.raw`Z:\none\X.py`, 'Z:\\', String.raw`sub\X`])).toEqual([
    file,
    '/none/X.py',
    '/',
    'sub/X',
  ]);
});

test('what it says has this system’s paths and line ends', async () => {
  const said = [
    'File "Z:\\mnt\\my project\\a.py", line 3\r\n',
    String.raw`No such file: 'Z:\\mnt\\project\\it is.txt'`,
    String.raw`at Z:\mnt\x.py:7: z:/mnt/y, path Z:\a;Z:\b`,
    String.raw`C:\windows\x "Z: is a drive"`,
  ];
  expect(await ask(step(), 'said', said)).toEqual([
    'File "/mnt/my project/a.py", line 3\n',
    "No such file: '/mnt/project/it is.txt'",
    'at /mnt/x.py:7: /mnt/y, path /a;/b',
    said[3],
  ]);
});
