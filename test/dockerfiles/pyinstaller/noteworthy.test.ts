import { expect, test } from 'vitest';
import { call, ownModules, SAID, SHOP_FILES, told, type Told } from './assemble-step.ts';

const held = (packages: readonly string[], modules: readonly string[] = []): object => ({
  packages,
  modules,
});

const LOCK = {
  'annotated-doc': held(['annotated_doc']),
  fastapi: held(['fastapi']),
  'ghost-kit': held(['ghost']),
  glkit: held(['glkit']),
  numpy: held(['numpy']),
  'opencv-python': held(['cv2']),
  pyyaml: held(['yaml', '_yaml']),
  'scikit-learn': held(['sklearn']),
  soundfile: held(['_soundfile_data'], ['soundfile', '_soundfile']),
  uvicorn: held(['uvicorn']),
};

const KNOWN = (
  'fastapi json numpy numpy.linalg uvicorn yaml yaml.cyaml yaml.composer sklearn sklearn.utils ' +
  'sklearn.utils._typedefs sklearn.utils.fixes soundfile shop shop.parts shop.parts.stock shop.server shop.__main__'
).split(' ');

interface Given {
  readonly warn?: string;
  readonly xref?: string;
  readonly log?: string;
  readonly lock?: object;
  readonly own?: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
  readonly ours?: readonly string[];
}

async function noteworthy(given: Given): Promise<Told[]> {
  const files = given.files ?? {};
  const all = { warn: '', xref: '', log: '', lock: LOCK, own: ownModules(files), options: [], ours: [] };
  return told(
    await call(
      'noteworthy',
      'noteworthy.noteworthy(given["warn"], __import__("graph").kinds(given["xref"]), given["log"], ' +
        'given["lock"], given["own"], given["files"], ' +
        'known_modules=lambda: given["known"], options=given["options"], ours=given["ours"])',
      { ...all, known: KNOWN, ...given, files },
    ),
  );
}

/** A line of the warn file. */
const missing = (name: string, ...importers: readonly string[]): string =>
  `missing module named ${name} - imported by ${importers.join(', ')}\n`;

const lines = (warnings: readonly Told[]): string[] =>
  warnings.map(({ at = '-', message }) => `${at} ${message}`);

test('of what PyInstaller wrote, what the app cannot do without is told, the gravest first', async () => {
  const found = await noteworthy({ ...SAID, files: SHOP_FILES });
  const start = 'which was not found: it fails at its start';
  expect(lines(found)).toEqual([
    `src/shop/__main__.py:7 shop.__main__ imports missing_top, ${start}`,
    `src/shop/__main__.py:8 shop.__main__ imports shop.gone, ${start}`,
    `src/shop/__main__.py:11 shop.__main__ imports shop.lost, ${start}`,
    `src/shop/__main__.py:29 shop.__main__ imports second_choice, ${start}`,
    'src/shop/broken.py:3 shop.broken cannot be read and is not in the bundle: invalid syntax',
    `src/shop/parts/stock.py:2 shop.parts.stock imports DRAWERS from shop.parts, ${start}`,
    `src/shop/server.py:3 shop.server imports numpy.nowhere, ${start}`,
    `src/shop/server.py:8 shop.server imports lost_too from shop, ${start}`,
    '- annotated_doc is left out, but fastapi.applications imports it at its start',
    'src/shop/__main__.py:33 ghost-kit of the lock was to bring ghost, which shop.__main__ imports, and it was not found',
    'src/shop/__main__.py:39 shop.__main__ imports missing_delayed, which was not found: it fails when that line is run',
    'shop.spec:10 nothing is collected of PyYAML: there is no package of that name',
    'shop.spec:13 nothing is collected of soundfile: it is one file, no package',
    'shop.spec:18 nothing is collected of no_such_package: there is no package of that name',
    'shop.spec:7 the hidden import yaml.cyamll is not in the bundle: there is no such module',
    'shop.spec:8 the hidden import sklearn.utils._typedef is not in the bundle: there is no such module',
    'shop.spec:9 the hidden import shop.partz is not in the bundle: there is no such module',
    'shop.spec:11 the hidden import nothing_like_it is not in the bundle: there is no such module',
    '- glkit needs libnowhere.so.3, which was not found to be bundled (glkit/_gl.cpython-311-x86_64-linux-gnu.so)',
  ]);
  const hints = Object.fromEntries(found.map(({ at, hint }) => [at, hint]));
  expect(hints).toMatchObject({
    'src/shop/server.py:3': 'numpy has no such module in the version of the lock',
    'src/shop/__main__.py:7': expect.stringContaining('add the package that has it to the requirements'),
    'shop.spec:10': 'write yaml: PyYAML is the distribution, yaml what it is imported by',
    'shop.spec:13': 'its files may lie in _soundfile_data: collect that',
    'shop.spec:7': 'did you mean yaml.cyaml?',
    'shop.spec:8': 'did you mean sklearn.utils._typedefs?',
    'shop.spec:9': 'did you mean shop.parts?',
    'shop.spec:11': expect.stringContaining('take it out'),
  });
});

test('an app whose imports are all there gets no warning', async () => {
  const warn = SAID.warn
    .split('\n')
    .filter((line) => !/shop|annotated_doc/.test(line))
    .join('\n');
  const log = SAID.log
    .split('\n')
    .filter((line) => !/ERROR|could not resolve|skipping/.test(line))
    .join('\n');
  expect(log).toContain('Hidden import "pycparser.lextab" not found!');
  expect(await noteworthy({ warn, xref: SAID.xref, log, files: SHOP_FILES })).toEqual([]);
});

test('imports that the app can do without are none of its troubles', async () => {
  const source = `
import contextlib, os, sys, typing, importlib.util
from typing import TYPE_CHECKING
try:
    import a1
    from a2 import x
except (ImportError, OSError):
    a1 = None
try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib
if TYPE_CHECKING:
    import a3
if typing.TYPE_CHECKING and sys.flags:
    import a4
if sys.version_info < (3, 11):
    import a5
elif os.name == "nt":
    import a6
if importlib.util.find_spec("a7"):
    import a7
with contextlib.suppress(ImportError):
    import a8
def f():
    try:
        import a9
    except:
        raise
from fastapi import made_when_imported
`;
  const names = ['a1', 'a2', 'tomli', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'fastapi.made_when_imported'];
  const warn = names.map((name) => missing(name, 'app (top-level)')).join('');
  const files = { 'src/app.py': source };
  expect(await noteworthy({ warn, xref: SAID.xref, files })).toEqual([]);
});

test('imports that only look as if it could are told', async () => {
  const source = `
try:
    import b1
except ValueError:
    pass
try:
    import b2
finally:
    pass
try:
    import gone1
except ImportError:
    try:
        import gone2
    except ImportError:
        import b3
if __name__ == "__main__":
    import b4
class K:
    import b5
with open(b4) as file:
    for line in file:
        import b6
async def f():
    if f:
        import b7
`;
  const names = ['b1', 'b2', 'gone1', 'gone2', 'b3', 'b4', 'b5', 'b6', 'b7'];
  const warn = names.map((name) => missing(name, 'app (optional)')).join('');
  const found = lines(await noteworthy({ warn, files: { 'src/app.py': source } }));
  expect(found.map((line) => /:(\d+) app imports (\w+), .*: (.*)$/.exec(line)?.slice(1).join(' '))).toEqual([
    '3 b1 it fails at its start',
    '7 b2 it fails at its start',
    '16 b3 it fails at its start',
    '18 b4 it fails at its start',
    '20 b5 it fails at its start',
    '23 b6 it fails at its start',
    '26 b7 it fails when that line is run',
  ]);
});

test('names that a module of the app may have made are not told as missing', async () => {
  const use = 'from app.names import made, got, nope\n';
  const warn = ['made', 'got', 'nope']
    .map((name) => missing(`app.names.${name}`, 'app (top-level)', 'app.use (top-level)'))
    .join('');
  const all = ['', 'from json import *', 'def __getattr__(name): return 1', 'globals().update(x=1)'];
  const plain = 'for made in []: pass\nimport x as got\n';
  const found = await Promise.all(
    all.map((more) =>
      noteworthy({
        warn,
        files: { 'src/app/__init__.py': '', 'src/app/use.py': use, 'src/app/names.py': `${plain}${more}\n` },
      }),
    ),
  );
  expect(found.map(lines)).toEqual([
    ['src/app/use.py:1 app.use imports nope from app.names, which was not found: it fails at its start'],
    [],
    [],
    [],
  ]);
});

test('scripts are known by their path, and files that cannot be had by what PyInstaller says', async () => {
  const found = await noteworthy({
    warn:
      missing('one', '/ob/outline/project/tools/run.py (top-level)') +
      missing('winreg', '/ob/outline/project/tools/run.py (top-level)') +
      missing('fcntl', '/ob/outline/project/tools/run.py (top-level)') +
      missing('two', 'unseen (delayed)') +
      missing('three', 'unseen (delayed, optional)'),
    own: { unseen: 'src/unseen.py' },
    files: { 'tools/run.py': 'import one\nimport winreg\nimport fcntl\n' },
  });
  expect(lines(found)).toEqual([
    'tools/run.py:1 tools/run.py imports one, which was not found: it fails at its start',
    'tools/run.py:2 tools/run.py imports winreg, which was not found: it fails at its start',
    'tools/run.py:3 tools/run.py imports fcntl, which was not found: it fails at its start',
    'src/unseen.py:undefined unseen imports two, which was not found: it fails when that line is run',
  ]);
  expect(found[1]?.hint).toContain('sys.platform == "win32"');
  expect(found[2]?.hint).toContain('sys.platform != "win32"');
});

test('the right spelling of what was meant', async () => {
  const hidden = ['PyYAML', 'cyaml', 'Numpy', 'sklearn.neighbors._typedefs', 'numpy.linag', 'opencv-python'];
  const log = hidden.map((name) => `12 ERROR: Hidden import '${name}' not found\n`).join('');
  const found = await noteworthy({ log });
  expect(found.map(({ hint }) => /^(?:write|did you mean) ([\w.]+)/.exec(hint ?? '')?.[1])).toEqual([
    'yaml',
    'yaml.cyaml',
    'numpy',
    'sklearn.utils._typedefs',
    'numpy.linalg',
    'cv2',
  ]);
});

test('what hooks collect and what we add ourselves are not the user’s mistakes', async () => {
  const skipped = (name: string): string =>
    `1 WARNING: collect_data_files - skipping data collection for module '${name}' as it is not a package.\n`;
  const log =
    `${skipped('theirs')}9 INFO: checking Analysis\n${skipped('hook_s')}` +
    `10 ERROR: Hidden import 'six.moves.made' not found\n`;
  const found = await noteworthy({ log, ours: ['six.moves.made'] });
  expect(lines(found)).toEqual(['- nothing is collected of theirs: there is no package of that name']);
});

test('submodules of a distribution’s name, of which PyInstaller says nothing', async () => {
  const options = ['--collect-submodules', 'scikit-learn', '--collect-submodules=yaml', '--onefile'];
  const found = await noteworthy({ options });
  expect(found).toMatchObject([
    {
      code: 'PYINSTALLER_COLLECT_EMPTY',
      hint: 'write sklearn: scikit-learn is the distribution, sklearn what it is imported by',
    },
  ]);
});

test('libraries by package, with the Debian packages that have them', async () => {
  const unresolved = (soname: string, path: string): string =>
    `5 WARNING: Library not found: could not resolve '${soname}', dependency of '${path}'.\n`;
  const log =
    unresolved('libxcb.so.1', '/mnt/deps/cv2/cv2.abi3.so') +
    unresolved('libSM.so.6', '/mnt/deps/opencv_python.libs/libQt5XcbQpa.so.5') +
    unresolved('libcuda.so.1', '/mnt/deps/numpy/cuda.so') +
    unresolved('libodd.so.1', '/usr/lib/libother.so');
  expect(await noteworthy({ log })).toEqual([
    {
      code: 'NATIVE_LIBRARY_MISSING',
      message: 'libother.so needs libodd.so.1, which was not found to be bundled (libother.so)',
      hint: 'find the Debian package that has libodd.so.1 and give it with --apt',
    },
    {
      code: 'NATIVE_LIBRARY_MISSING',
      message:
        'opencv-python needs libSM.so.6, libxcb.so.1, which was not found to be bundled ' +
        '(cv2/cv2.abi3.so, opencv_python.libs/libQt5XcbQpa.so.5)',
      hint: '--apt libsm6,libxcb1',
    },
  ]);
});
