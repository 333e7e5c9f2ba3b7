import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { python } from '../step.ts';

const KEYWORDS = {
  name: 'app',
  icon: ['art/a.ico', 'art/b.exe,1'],
  version: 'v.txt',
  manifest: '<assembly/>',
  resources: ['x.dll', '/abs/y.txt,T,1'],
};

const SHARED = fileURLToPath(new URL('../../../dockerfiles/shared/', import.meta.url));

async function looks(expression: string, given: object): Promise<unknown> {
  const code = `import json, sys, ob_freeze_looks\ngiven = json.loads(sys.argv[1])\nprint(json.dumps(${expression}))`;
  const { stdout, stderr } = await python(['-c', code, JSON.stringify(given)], { PYTHONPATH: SHARED });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('files lie beside the spec that names them, or in the project where options do', async () => {
  const placed = 'ob_freeze_looks.placed(given["keywords"], given["given"], "/p/spec", "/p")';
  expect(await looks(placed, { keywords: KEYWORDS, given: ['version', 'name'] })).toEqual({
    name: 'app',
    icon: ['/p/spec/art/a.ico', '/p/spec/art/b.exe,1'],
    version: '/p/v.txt',
    manifest: '<assembly/>',
    resources: ['/p/spec/x.dll', '/abs/y.txt,T,1'],
  });
  const other = { icon: 'NONE', manifest: 'm.xml', version: { made: 'by the spec' } };
  expect(await looks(placed, { keywords: other, given: [] })).toEqual({
    ...other,
    manifest: '/p/spec/m.xml',
  });
});

test('an executable that nobody will see needs none of them', async () => {
  expect(await looks('ob_freeze_looks.without(given["keywords"])', { keywords: KEYWORDS })).toEqual({
    name: 'app',
  });
});
