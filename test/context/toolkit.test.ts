import { expect, test } from 'vitest';
import { readToolkit } from '../../src/context/toolkit.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

test('a step gets its own files, and of the shared modules those that it imports', async () => {
  const root = temporaryFolder();
  await writeFiles(root, {
    'dockerfiles/shared/ob.py': 'import os\n',
    'dockerfiles/shared/ob_lock.py': 'import json, ob\n',
    'dockerfiles/shared/ob_other.py': '',
    'dockerfiles/shared/__pycache__/ob.cpython-312.pyc': '',
    'dockerfiles/thing/Dockerfile': '',
    'dockerfiles/thing/toolkit/one/main.py': 'def f():\n    from ob_lock import (\n        read,\n    )\n',
    'dockerfiles/thing/toolkit/one/.hidden': '',
    'dockerfiles/thing/toolkit/one/__pycache__/main.pyc': '',
    'dockerfiles/thing/toolkit/two/main.py': 'import sys as s, ob as o\n# import ob_other\n',
    'dockerfiles/thing/toolkit/two/sub/part.txt': 'import ob_other\n',
    'dockerfiles/thing/toolkit/README.md': '',
    'dockerfiles/thing/toolkit.json': '{"version": 1, "files": {"two/pins.txt": "images/uv/pins.txt"}}',
    'images/uv/pins.txt': 'uv==1\n',
  });
  const files = readToolkit({ target: 'thing', root });
  expect(files.map((file) => file.path).sort()).toEqual([
    'one/main.py',
    'one/ob.py',
    'one/ob_lock.py',
    'two/main.py',
    'two/ob.py',
    'two/pins.txt',
    'two/sub/part.txt',
  ]);
  expect(Buffer.from(files.find((file) => file.path === 'two/pins.txt')?.bytes ?? []).toString()).toBe(
    'uv==1\n',
  );
});

test('a shared step is given to those that name it, with the modules that it imports', async () => {
  const root = temporaryFolder();
  await writeFiles(root, {
    'dockerfiles/shared/ob.py': 'import os\n',
    'dockerfiles/shared/steps/install/main.py': 'import ob\n',
    'dockerfiles/shared/steps/apt/main.py': '',
    'dockerfiles/named/toolkit/own/main.py': '',
    'dockerfiles/named/toolkit.json': '{"version": 1, "steps": ["install"]}',
    'dockerfiles/other/toolkit/install/main.py': '# its own\n',
    'dockerfiles/other/toolkit.json': '{"version": 1, "steps": ["apt"]}',
  });
  const texts = (target: string): Record<string, string> =>
    Object.fromEntries(
      readToolkit({ target, root }).map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
    );
  expect(texts('named')).toEqual({
    'own/main.py': '',
    'install/main.py': 'import ob\n',
    'install/ob.py': 'import os\n',
  });
  expect(texts('other')).toEqual({ 'install/main.py': '# its own\n', 'apt/main.py': '' });
});
