import { expect, test } from 'vitest';
import { optionsFor } from '../../../src/targets/pyinstaller/system-options.ts';

test('an option that one system alone knows goes to that one', () => {
  const options = [
    '--add-data',
    'data:data',
    '--windowed',
    '--icon',
    'app.ico',
    '--icon',
    'more.ico,1',
    '--optimize=-1',
    '--manifest',
    '<assembly>\n</assembly>',
    '--version-file=-v.txt',
    '--bootloader-ignore-signals',
    '--hidden-import',
    'a',
  ];
  expect(optionsFor('linux', options)).toEqual([
    '--add-data',
    'data:data',
    '--optimize=-1',
    '--bootloader-ignore-signals',
    '--hidden-import',
    'a',
  ]);
  expect(optionsFor('windows', options)).toEqual(
    options.filter((each) => each !== '--bootloader-ignore-signals'),
  );
});

test.each([
  '--console',
  '--windowed',
  '--hide-console=hide-late',
  '--icon=NONE',
  '--disable-windowed-traceback',
  '--version-file=v.txt',
  '--manifest=a.xml',
  '--resource=a.dll',
  '--uac-admin',
  '--uac-uiaccess',
])('%s is of Windows', (option) => {
  expect(optionsFor('linux', [option])).toEqual([]);
  expect(optionsFor('windows', [option]).join('=')).toBe(option);
});
