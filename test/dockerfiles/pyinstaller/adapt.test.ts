import { expect, test } from 'vitest';
import { Step } from '../step.ts';

test('files of a spec and of options are looked for where those are, whatever system wrote them', async () => {
  const step = new Step('analyse', { 'project/specs/units.json': '{}' }, 'pyinstaller');
  const found = await step.evaluate(`
import json, ob, ob_freeze_adapt
base = ob.mnt("project", "specs")
print(json.dumps(ob_freeze_adapt.pairs(
    [("units.json", "."), ("data\\\\units.json", "data\\\\of"), (ob.mnt("deps", "x.dat"), "")], base)))
`);
  const mounted = (path: string): unknown => expect.stringMatching(new RegExp(`/mnt/${path}$`));
  expect(found).toEqual([
    [mounted('project/specs/units.json'), '.'],
    [mounted('project/specs/data/units.json'), 'data/of'],
    [mounted('deps/x.dat'), '.'],
  ]);
});
