import { expect, test } from 'vitest';
import { Step } from '../step.ts';

test('folders that .pth files name, and nothing outside', async () => {
  const step = new Step(
    'trace',
    {
      'deps/pywin32.pth':
        '# paths\nwin32\nwin32\\lib\nPythonwin\nimport pywin32_bootstrap\n\n../elsewhere\n/usr\nnone\n',
      'deps/again.pth': 'win32\n',
      'deps/win32/lib/a.py': '',
      'deps/Pythonwin/b.py': '',
      'elsewhere/c.py': '',
    },
    'pyinstaller',
  );
  const found = await step.evaluate(`
import json, ob, ob_pth, os
deps = ob.mnt("deps")
print(json.dumps([os.path.relpath(each, deps) for each in ob_pth.search(deps)]))`);
  expect(found).toEqual(['.', 'win32', 'win32/lib', 'Pythonwin']);
});
