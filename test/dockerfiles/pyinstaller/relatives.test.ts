import { expect, test } from 'vitest';
import { call, ownModules, SAID, SHOP_FILES, told, type Told } from './assemble-step.ts';

interface Given {
  readonly files: Readonly<Record<string, string>>;
  /** Modules in the bundle, and scripts by their file's name. */
  readonly kinds?: Readonly<Record<string, string>>;
  readonly options?: readonly string[];
}

async function relatives({ files, kinds, options = [] }: Given): Promise<Told[]> {
  const own = ownModules(files);
  const all = kinds ?? Object.fromEntries(Object.keys(own).map((name) => [name, 'SourceModule']));
  return told(
    await call(
      'relatives',
      'relatives.relatives(given["files"], given["own"], given["kinds"], given["options"])',
      { files, own, kinds: all, options },
    ),
  );
}

const places = (found: readonly Told[]): string[] => found.map(({ code, at }) => `${code} ${at ?? '-'}`);

test('the traps of a real project and its spec', async () => {
  const kinds = (await call('graph', 'graph.kinds(given["xref"])', SAID)) as Record<string, string>;
  expect(kinds).toMatchObject({
    'launcher.py': 'Script',
    'shop.server': 'SourceModule',
    'numpy.nowhere': 'MissingModule',
    'numpy._core._multiarray_umath': 'Extension',
    sys: 'Extension',
    'shop.broken': 'InvalidSourceModule',
    annotated_doc: 'ExcludedModule',
  });
  // Its uvicorn.run("shop.server:app") names a module that is in the bundle: that works.
  expect(await relatives({ files: SHOP_FILES, kinds })).toEqual([
    {
      code: 'PYINSTALLER_SOURCE_AS_DATA',
      message: expect.stringMatching(/^src\/shop is shipped as data over the package shop itself: /),
      hint: expect.stringContaining('--collect-submodules shop'),
      at: 'shop.spec:4',
    },
  ]);
});

test('source as data by options, on Windows too, but not data in a package', async () => {
  const files = { 'src/pkg/__init__.py': '', 'src/pkg/a.py': '', 'src/pkg/data/__init__.py': '' };
  const data = async (value: string): Promise<boolean> => {
    const found = await relatives({ files, options: ['--add-data', value] });
    expect(found.length).toBeLessThan(2);
    return found.length > 0;
  };
  const over = [
    'src/pkg:pkg',
    'src\\pkg;pkg',
    './src/pkg/:./pkg',
    'src:.',
    'src/pkg/a.py:pkg',
    'src/pkg/*.py:pkg',
  ];
  expect(await Promise.all(over.map(data))).toEqual(over.map(() => true));
  const fine = [
    'src/pkg:source',
    'src/pkg/data:pkg/data',
    'src/pkg/logo.png:pkg',
    'docs:docs',
    'C:\\x\\pkg;pkg',
  ];
  expect(await Promise.all(fine.map(data))).toEqual(fine.map(() => false));
});

test('source as data in a spec: an assignment, an addition, an argument', async () => {
  const spec = `
datas = [('../src/pkg', 'pkg'), ("../x", "x")]
datas += [('..\\\\src\\\\pkg', 'pkg')]
a = Analysis(["run.py"], datas=[
    ("../src/pkg", "pkg")], pathex=[("../src/pkg", "pkg")])
`;
  const found = await relatives({ files: { 'src/pkg/__init__.py': '', 'build/app.spec': spec } });
  expect(places(found)).toEqual([2, 3, 5].map((line) => `PYINSTALLER_SOURCE_AS_DATA build/app.spec:${line}`));
});

test('apps that uvicorn is to import by name, of modules that are not in the bundle', async () => {
  const source = `
import uvicorn
import uvicorn as server
from uvicorn import run as go, Config
uvicorn.run("shop.web:app", port=1)
server.run(app="shop.web:make.app")
go("main:app")
Config("shop.web:app")
uvicorn.run("shop.here:app")
uvicorn.run(app)
other.run("shop.web:app")
uvicorn.run("nothing")
uvicorn.run()
`;
  const kinds = { 'main.py': 'Script', 'shop.here': 'SourceModule' };
  const found = await relatives({ files: { 'main.py': source }, kinds });
  expect(found.map(({ at, hint }) => [at, hint])).toEqual([
    ['main.py:5', 'write from shop.web import app and uvicorn.run(app, …), or add --hidden-import shop.web'],
    [
      'main.py:6',
      'write from shop.web import make and uvicorn.run(make.app, …), or add --hidden-import shop.web',
    ],
    ['main.py:7', 'write uvicorn.run(app, …)'],
    ['main.py:8', 'write from shop.web import app and uvicorn.run(app, …), or add --hidden-import shop.web'],
  ]);
});

test('sys.executable as a Python, where nobody asks whether it is frozen', async () => {
  const source = `
import os, subprocess, sys
from sys import executable as python
subprocess.run([sys.executable, "-m", "pip"])
subprocess.Popen((python, "-c", "1"))
os.execl(sys.executable, sys.executable, "tool.py")
program = sys.executable
class K:
    def f(self):
        subprocess.run([program, "-m", "x"])
    def g(self):
        if getattr(sys, "frozen", False):
            return
        subprocess.run([sys.executable, "-m", "x"])
subprocess.run([sys.executable, "--worker"])
print(sys.executable, "x")
if not hasattr(sys, "_MEIPASS"):
    subprocess.run([sys.executable, "-m", "x"])
`;
  const files = {
    'src/app.py': source,
    'tests/test_app.py': source,
    'src/idle.py': source,
    'src/bad.py': 'executable(',
  };
  const found = await relatives({ files, kinds: { app: 'SourceModule', bad: 'SourceModule' } });
  expect(places(found)).toEqual([4, 5, 6, 10].map((line) => `PYINSTALLER_SYS_EXECUTABLE src/app.py:${line}`));
});
