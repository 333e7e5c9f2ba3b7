import { expect, test } from 'vitest';
import { Step } from '../step.ts';

const record = (...files: readonly string[]): string => files.map((file) => `${file},,\n`).join('');

const TREE = {
  'deps/PyYAML-6.0.3.dist-info/RECORD': record('yaml/__init__.py', 'yaml/_yaml.so', '../../bin/tool'),
  'deps/yaml/__init__.py': 'x'.repeat(100),
  'deps/yaml/_yaml.so': 'x'.repeat(50),
  'deps/bin/tool': 'x'.repeat(3),
  'deps/sound_file-1.0.dist-info/RECORD': record(
    'soundfile.py',
    '_soundfile_data/lib.so',
    'sound_file.libs/z.so',
  ),
  'deps/soundfile.py': 'x'.repeat(1000),
  'deps/_soundfile_data/lib.so': 'x'.repeat(7),
  'deps/sound_file.libs/z.so': 'x'.repeat(8),
  'deps/loose/a.py': 'x',
  'project/src/app.py': 'x'.repeat(20),
  'project/data.txt': 'x'.repeat(5),
  'usr/lib/python3/json.py': 'x'.repeat(30),
  'usr/lib/libpython3.11.so.1.0': 'x'.repeat(400),
  'usr/lib/libz.so.1': 'x'.repeat(60),
  'work/base_library.zip': 'x'.repeat(300),
};

test('bytes by distribution, the largest first, and what is nobody’s package', async () => {
  const step = new Step('assemble', TREE, 'pyinstaller');
  const found = await step.evaluate(`
import json, ob
from sizes import sizes
entries = [(name, source and ob.mnt(*source.split("/")), code) for name, source, code in [
    ("yaml", "deps/yaml/__init__.py", "PYMODULE"),
    ("yaml/_yaml.so", "deps/yaml/_yaml.so", "EXTENSION"),
    ("tool", "deps/bin/tool", "DATA"),
    ("soundfile", "deps/soundfile.py", "PYMODULE"),
    ("_soundfile_data/lib.so", "deps/_soundfile_data/lib.so", "BINARY"),
    ("z.so", "deps/sound_file.libs/z.so", "BINARY"),
    ("z-link.so", "deps/sound_file.libs/z.so", "SYMLINK"),
    ("loose.a", "deps/loose/a.py", "PYMODULE-1"),
    ("app", "project/src/app.py", "PYMODULE"),
    ("data.txt", "project/data.txt", "DATA"),
    ("json", "usr/lib/python3/json.py", "PYMODULE"),
    ("libpython3.11.so.1.0", "usr/lib/libpython3.11.so.1.0", "BINARY"),
    ("libz.so.1", "usr/lib/libz.so.1", "BINARY"),
    ("base_library.zip", "work/base_library.zip", "DATA"),
    ("space", "-", "PYMODULE"), ("none", None, "PYMODULE"), ("v", "", "OPTION"),
]]
print(json.dumps(sizes(entries, ob.mnt("deps"), ob.mnt("project"), [ob.mnt("usr/lib/python3")])))`);
  expect(found).toEqual({
    packages: [
      { name: 'sound-file', version: '1.0', bytes: 1015 },
      { name: 'pyyaml', version: '6.0.3', bytes: 153 },
      { name: 'loose', version: null, bytes: 1 },
    ],
    project: 25,
    python: 730,
    system: 60,
  });
});

test('what each distribution is imported by', async () => {
  const step = new Step('assemble', TREE, 'pyinstaller');
  expect(
    await step.evaluate(
      'import json, ob, distributions\nprint(json.dumps(distributions.importable(ob.mnt("deps"))))',
    ),
  ).toEqual({
    pyyaml: { packages: ['yaml'], modules: [] },
    'sound-file': { packages: ['_soundfile_data'], modules: ['soundfile'] },
  });
});

test('all modules’ names in folders', async () => {
  const step = new Step(
    'assemble',
    { ...TREE, 'deps/yaml/docs/x.txt': '', 'deps/_c.cpython-311.so': '' },
    'pyinstaller',
  );
  const found = await step.evaluate(
    'import json, ob, sys, module_names\nprint(json.dumps(sorted(module_names.module_names([ob.mnt("deps"), "/gone"]) - set(sys.builtin_module_names))))',
  );
  expect(found).toEqual([
    '_c',
    '_soundfile_data',
    '_soundfile_data.lib',
    'loose',
    'loose.a',
    'soundfile',
    'yaml',
    'yaml._yaml',
  ]);
});
