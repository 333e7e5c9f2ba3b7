import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { outputFolder } from '../../../src/targets/pyinstaller/output-folder.ts';

test.each([
  [undefined, '/project/dist/linux'],
  ['/out', '/out/linux'],
  ['/out/', '/out/linux'],
  ['out', resolve('out/linux')],
  ['.', resolve('linux')],
])('-o %s: %s', (output, folder) => {
  expect(outputFolder({ root: '/project', output }, 'linux')).toBe(folder);
});
