import { execFileSync } from 'node:child_process';
import type { Files, FreezeOptions } from './freeze-steps.ts';

export interface Row {
  readonly name: string;
  readonly files: Files;
  readonly edit: Files;
  readonly options?: Partial<FreezeOptions>;
  /** The edit shows in the outlines. */
  readonly analysed: boolean;
  /** The analysis of the outlines is taken for that of the files. */
  readonly reused: boolean;
  /** Parts of names of entries. */
  readonly has?: readonly string[];
}

const spec = (file = 'app.spec'): Partial<FreezeOptions> => ({ entry: { kind: 'spec', file }, bundle: null });

const SPEC = (lines: string, analysis = "['app.py']"): string =>
  `${lines}
a = Analysis(${analysis})
exe = EXE(PYZ(a.pure), a.scripts, a.binaries, a.datas, name='app')
`;

const body = (value: string): string => `def f():\n    return ${value}\n`;

const REPRLIB = printed(
  'import reprlib; print(base64.b64encode(open(reprlib.__file__, "rb").read()).decode())',
);

const LIBRARY = printed(
  'import _bisect; print(base64.b64encode(open(_bisect.__file__, "rb").read()).decode())',
);

const ARCHIVE = printed(`
import zipfile
file = io.BytesIO()
with zipfile.ZipFile(file, "w") as archive:
    archive.writestr("zipped.py", "import colorsys")
print(base64.b64encode(file.getvalue()).decode())`);

export const ROWS: readonly Row[] = [
  {
    name: 'bodies, with imports of all kinds kept',
    files: {
      'app.py': `
import own, own.deep
def main():
    match own:
        case 1:
            import colorsys
        case _:
            from wave import open as wopen
    try:
        import missing_one
    except ImportError:
        import sndhdr_missing
    else:
        import chunk_missing
    finally:
        import fractions
    async def inner():
        with main:
            async for x in main:
                import statistics
    return [1 for x in ()]
`,
      'own/__init__.py': 'import typing\nif typing.TYPE_CHECKING:\n    import tabnanny\n',
      'own/deep.py':
        'class A:\n    def m(self):\n        while 1:\n            import cmd\n        return 1\n',
    },
    edit: {
      'own/deep.py':
        'class A:\n    def m(self):\n        while 1:\n            import cmd\n        return 2\n',
    },
    analysed: false,
    reused: true,
    has: ['module 0 wave', 'module 0 statistics', 'module 0 cmd', 'module 1 own'],
  },
  {
    name: 'an import in a handler of except*',
    files: {
      'app.py':
        'def f():\n    try:\n        pass\n    except* OSError:\n        import colorsys\n    return 1\n',
    },
    edit: {
      'app.py':
        'def f():\n    try:\n        pass\n    except* OSError:\n        import colorsys\n    return 2\n',
    },
    analysed: true,
    reused: true,
    has: ['colorsys'],
  },
  {
    name: 'a package that sets its attributes in functions, and in classes in functions',
    files: {
      'app.py': 'from own import made, held, gone\n',
      'own/__init__.py': 'def f():\n    global made\n    made = 1\n    class A:\n        held = 1\n',
    },
    edit: { 'own/x.py': '' },
    analysed: true,
    reused: true,
  },
  {
    name: 'libraries and metadata that functions of functions ask for',
    files: {
      'app.py': `
import ctypes, asyncio
from importlib import metadata
def f(ctypes):
    async def g():
        return metadata.version(await h(1)), [ctypes.CDLL('libbz2.so.1.0') for x in ()], metadata.version('humanize')
    return lambda: ctypes.cdll.LoadLibrary('libexpat.so.1')
`,
    },
    edit: { 'x.txt': 'more' },
    analysed: true,
    reused: true,
    has: ['humanize-4.9.0.dist-info'],
  },
  {
    name: 'a package that reads a data file when it is imported, all of it collected',
    files: {
      'app.py': 'print(1)\n',
      'own/__init__.py':
        'import json, os\nWORDS = json.load(open(os.path.join(os.path.dirname(__file__), "words.json")))\n' +
        body('1'),
      'own/words.json': '{"a": 1}',
      'own/one.py': 'import colorsys\n',
      'own/two.py': '',
    },
    edit: { 'own/words.json': '{"a": 2}' },
    options: { options: ['--collect-submodules', 'own'] },
    analysed: false,
    reused: false,
    has: ['own.one', 'colorsys'],
  },
  {
    name: 'a package without such a file, all of it collected',
    files: { 'app.py': 'print(1)\n', 'own/__init__.py': body('1'), 'own/one.py': body('1') },
    edit: { 'own/one.py': body('2') },
    options: { options: ['--collect-submodules', 'own'] },
    analysed: false,
    reused: true,
    has: ['own.one'],
  },
  {
    name: 'a package that reads a data file, collected as an addition',
    files: {
      'app.py': 'print(1)\n',
      'own/__init__.py': 'import pathlib\nint(pathlib.Path(__file__).with_name("number").read_text())\n',
      'own/number': '7',
      'own/one.py': '',
    },
    edit: { 'own/number': '8' },
    options: { additions: { collectSubmodules: ['own'] } },
    analysed: false,
    reused: false,
    has: ['own.one'],
  },
  {
    name: 'a package with an `open` of its own that is called when it is imported',
    files: {
      'app.py': 'print(1)\n',
      'own/__init__.py':
        'def open(path):\n    return {}\n{"x": lambda: globals()["op" + "en"]}["x"]()("a")\n',
      'own/one.py': '',
    },
    edit: { 'x.txt': '' },
    options: { options: ['--collect-submodules', 'own'] },
    analysed: true,
    reused: false,
    has: ['own.one'],
  },
  {
    name: 'a hook that reads a data file',
    files: {
      'app.py': 'import own\n',
      'own.py': '',
      'hooks/hook-own.py':
        'import os\nhiddenimports = open(next(os.scandir(os.path.dirname(__file__) + "/../data"))).read().split()\n',
      'data/list.txt': 'colorsys',
    },
    edit: { 'data/list.txt': 'wave' },
    options: { options: ['--additional-hooks-dir', 'hooks'] },
    analysed: false,
    reused: false,
    has: ['wave'],
  },
  {
    name: "a hook that reads a module's source",
    files: {
      'app.py': 'import own\n',
      'own.py': 'def f():\n    "needs: colorsys"\n',
      'hooks/hook-own.py':
        'import re\ndef hook(api):\n    api.add_imports(*re.findall(r"needs: (\\w+)", open(api.__file__).read()))\n',
    },
    edit: { 'own.py': 'def f():\n    "needs: wave"\n' },
    options: { options: ['--additional-hooks-dir', 'hooks'] },
    analysed: false,
    reused: false,
    has: ['wave'],
  },
  {
    name: "a hook that reads a module's code",
    files: {
      'app.py': 'import own\n',
      'own.py': 'def f():\n    return "colorsys"\n',
      'hooks/hook-own.py':
        'def hook(api):\n    for code in api.co.co_consts:\n        if hasattr(code, "co_consts"):\n            api.add_imports(*[each for each in code.co_consts if each])\n',
    },
    edit: { 'own.py': 'def f():\n    return "wave"\n' },
    options: { options: ['--additional-hooks-dir', 'hooks'] },
    analysed: false,
    reused: false,
    has: ['module 0 wave'],
  },
  {
    name: 'a folder of hooks with run-time hooks of its own, and a helper beside a hook',
    files: {
      'app.py': 'import own\n',
      'own.py': body('1'),
      'hooks/hook-own.py':
        'import sys, os\nsys.path.append(os.path.dirname(__file__))\nfrom helper import names\nhiddenimports = names()\n',
      'hooks/helper.py': 'def names():\n    return ["colorsys"]\n',
      'hooks/rthooks.dat': '{"own": ["first.py"]}',
      'hooks/rthooks/first.py': 'import wave\n',
    },
    edit: { 'own.py': body('2') },
    options: { options: ['--additional-hooks-dir', 'hooks'] },
    analysed: false,
    reused: true,
    has: ['s first', 'colorsys', 'wave'],
  },
  {
    name: 'a script without an ending, and a module that links to one',
    files: {
      'app.spec': SPEC('import glob', "glob.glob(SPECPATH + '/bin/*')"),
      'bin/tool': 'import colorsys, linked\n',
      'linked.py': { to: 'linked.in' },
      'linked.in': 'import wave\n',
    },
    edit: { 'linked.in': 'import cmd\n' },
    options: spec(),
    analysed: false,
    reused: false,
    has: ['colorsys', 'module 0 cmd'],
  },
  {
    name: 'a module that is called like one of the base library',
    files: { 'app.py': 'import reprlib\n', 'reprlib.py': `${REPRLIB.toString()}\n${body('1')}` },
    edit: { 'reprlib.py': `${REPRLIB.toString()}\n${body('2')}` },
    analysed: false,
    reused: false,
  },
  {
    name: 'a spec that makes a data file of one that it does not name',
    files: {
      'app.spec': SPEC(
        'import glob, tempfile\nmade = os.path.join(tempfile.gettempdir(), "made.txt")\nopen(made, "w").write(open(glob.glob(SPECPATH + "/*.in")[0]).read())\nother = os.path.join(workpath, "other.txt")\nopen(other, "w").write(open(made).read())',
        "['app.py'], datas=[(made, '.'), (other, '.')]",
      ),
      'app.py': body('1'),
      'text.in': 'one',
    },
    edit: { 'text.in': 'two' },
    options: spec(),
    analysed: false,
    reused: true,
    has: ['made.txt', 'other.txt'],
  },
  {
    name: 'a spec that sets sys.path and the environment by files that it does not name',
    files: {
      'app.spec': SPEC(
        'import glob, sys\nsys.path.insert(0, os.path.join(SPECPATH, open(glob.glob(SPECPATH + "/*.in")[0]).read() or "none"))',
      ),
      'app.py': 'import own\n',
      'path.in': 'a',
      'a/own.py': 'import colorsys\n',
      'b/own.py': 'import wave\n',
    },
    edit: { 'path.in': 'b' },
    options: spec(),
    analysed: false,
    reused: false,
    has: ['wave'],
  },
  {
    name: 'what a helper cannot find before the analysis, and finds in it',
    files: {
      'app.spec': SPEC(
        "from PyInstaller.utils.hooks import collect_submodules\nfirst = collect_submodules('own')",
        "['app.py'], pathex=['vendor'], hookspath=['hooks'], hiddenimports=first",
      ),
      'app.py': 'import own\n',
      'vendor/own/__init__.py': '',
      'vendor/own/one.py': body('1'),
      'hooks/hook-own.py':
        "from PyInstaller.utils.hooks import collect_submodules\nhiddenimports = collect_submodules('own')\n",
    },
    edit: { 'vendor/own/one.py': body('2') },
    options: spec(),
    analysed: false,
    reused: true,
    has: ['own.one'],
  },
  {
    name: 'a spec with two analyses, merged; a helper module, exec, Tree and what it does afterwards',
    files: {
      'app.spec': `
import sys
sys.path.insert(0, SPECPATH)
import settings
exec(open(os.path.join(SPECPATH, 'more.py')).read())
a = Analysis(['app.py'], hiddenimports=settings.HIDDEN, datas=[('data/*.txt', 'd')])
b = Analysis(['other.py'], hiddenimports=MORE)
MERGE((a, 'app', 'app'), (b, 'other', 'other'))
a.datas += Tree(os.path.join(SPECPATH, 'data'), prefix='tree')
b.pure = [entry for entry in b.pure if entry[0] != 'wave']
one = EXE(PYZ(a.pure), a.scripts, a.dependencies, exclude_binaries=True, name='app')
two = EXE(PYZ(b.pure), b.scripts, b.dependencies, exclude_binaries=True, name='other')
COLLECT(one, a.binaries, a.datas, two, b.binaries, b.datas, name='both')
`,
      'settings.py': 'HIDDEN = ["colorsys"]\n',
      'more.py': 'MORE = ["wave", "cmd"]\n',
      'app.py': `import markupsafe\n${body('1')}`,
      'other.py': `import humanize\n${body('1')}`,
      'data/a.txt': 'a',
    },
    edit: { 'other.py': `import humanize\n${body('2')}`, 'data/a.txt': 'b' },
    options: spec(),
    analysed: false,
    reused: true,
    has: ['tree/a.txt', 'humanize'],
  },
  {
    name: 'a spec that looks into the graph',
    files: {
      'app.spec': `${SPEC('')}assert a.graph.find_node('own') is not None\n`,
      'app.py': 'import own\n',
      'own.py': body('1'),
    },
    edit: { 'own.py': body('2') },
    options: spec(),
    analysed: false,
    reused: false,
  },
  {
    name: 'modules as files: sources, byte code, nothing in an archive',
    files: {
      'app.spec': SPEC(
        '',
        "['app.py'], module_collection_mode={'own': 'pyz+py', 'also': 'py', 'idna': 'py'}",
      ),
      'app.py': 'import own, also, idna\n',
      'own.py': body('1'),
      'also.py': body('1'),
    },
    edit: { 'own.py': body('2'), 'also.py': body('2') },
    options: spec(),
    analysed: false,
    reused: true,
    has: ['own.py', 'also.py'],
  },
  {
    name: 'byte code as files',
    files: { 'app.py': 'import own, idna\n', 'own.py': body('1') },
    edit: { 'own.py': body('2') },
    options: { options: ['--debug', 'noarchive'], bundle: 'onedir' },
    analysed: false,
    reused: false,
    has: ['own.pyc'],
  },
  {
    name: 'byte code that is optimised',
    files: { 'app.py': 'import own, idna\n', 'own.py': 'def f():\n    "said"\n    assert 1\n' },
    edit: { 'own.py': 'def f():\n    "said"\n    assert 2\n    return 3\n' },
    options: { options: ['--optimize', '2'] },
    analysed: false,
    reused: true,
  },
  {
    name: 'modules called like a dependency, and a package in two places',
    files: {
      'app.py': 'import humanize, idna.core, space.one, space.two\n',
      'idna/__init__.py': '',
      'idna/core.py': body('1'),
      'space/one.py': body('1'),
      'src/space/two.py': body('1'),
    },
    edit: { 'idna/core.py': body('2'), 'src/space/two.py': body('2') },
    options: { sourceRoots: ['.', 'src'] },
    analysed: false,
    reused: true,
    has: ['idna.core', 'space.two'],
  },
  {
    name: 'odd sources: encodings, BOM, CRLF, form feeds, names, links',
    files: {
      'app.py': 'import latin, bom, ünï, linked, undeclared\n',
      'latin.py': Buffer.from(
        '# -*- coding: latin-1 -*-\nA = "\xe4"\ndef f():\n    return "\xf6"\n',
        'latin1',
      ),
      'bom.py': '\ufeffdef f():\r\n    \fimport colorsys\r\n    return 1\r\n',
      'ünï.py': 'def grüß():\n    return "ß"\n',
      'linked.py': { to: 'elsewhere/real.py' },
      'elsewhere/real.py': body('1'),
      'undeclared.py': Buffer.from('A = "\xe4"\n', 'latin1'),
      '.#lock.py': { to: 'nobody@nowhere.1' },
      'folder.py': { to: 'elsewhere' },
      'empty/': '',
      'new\nline.py': 'A = 1\n',
    },
    edit: {
      'latin.py': Buffer.from(
        '# -*- coding: latin-1 -*-\nA = "\xe4"\ndef f():\n    return "\xfc"\n',
        'latin1',
      ),
      'elsewhere/real.py': body('2'),
    },
    analysed: false,
    reused: true,
    has: ['colorsys'],
  },
  {
    name: 'sources that no Python can read, or only parse',
    files: {
      'app.py': 'import print_old, compiles_not\n',
      'print_old.py': 'print "old"\nimport colorsys\n',
      'compiles_not.py': 'import wave\ndef f():\n    break\n',
      'deep.py': `import cmd\nA = ${Array(3000).fill('"a"').join(' + ')}\n`,
      'surrogate.py': 'A = f"\\ud800{1}"\ndef f():\n    return "\\ud800"\n',
    },
    edit: { 'x.txt': '1' },
    analysed: true,
    reused: true,
  },
  {
    name: 'a data file that becomes a library',
    files: { 'app.py': 'print(1)\n', 'lib/x.so': 'GROUP ( libz.so.1 )\n' },
    edit: { 'lib/x.so': LIBRARY },
    options: { options: ['--add-data', 'lib/x.so:.'] },
    analysed: true,
    reused: true,
    has: ['b x.so'],
  },
  {
    name: 'an extension with its source and its types beside it',
    files: { 'app.py': 'import fast\n', 'fast.so': LIBRARY, 'fast.pyi': 'import colorsys\n' },
    edit: { 'fast.pyi': 'import colorsys, wave\n' },
    analysed: true,
    reused: true,
    has: ['colorsys', 'module 0 wave'],
  },
  {
    name: 'what SWIG made',
    files: {
      'app.py': 'import own.csr\n',
      'own/__init__.py': '',
      'own/csr.py': '# This file was automatically generated by SWIG\ndef f():\n    import _csr\n',
      'own/_csr.py': '',
    },
    edit: { 'own/_csr.py': '# more\n' },
    analysed: false,
    reused: true,
    has: ['_csr'],
  },
  {
    name: 'an archive of modules on the search path',
    files: {
      'app.py': 'import zipped\n',
      'libs/all.zip': ARCHIVE,
    },
    edit: { 'x.txt': '1' },
    options: { options: ['--paths', 'libs/all.zip'] },
    analysed: true,
    reused: false,
    has: ['zipped', 'colorsys'],
  },
  {
    name: 'files that come, go and are called otherwise',
    files: {
      'app.py': 'def f():\n    import one, two\n',
      'one.py': '',
      'two/__init__.py': '',
      'two/data.txt': '1',
    },
    edit: { 'one.py': null, 'two/__init__.py': null, 'two/data.txt': null, 'two.py': body('1') },
    analysed: true,
    reused: true,
  },
  {
    name: 'the entry point of hooks that the project itself has',
    files: {
      'app.py': 'import own\n',
      'own/__init__.py': body('1'),
      'own/pre_hooks.py':
        'import os\ndef folders():\n    return [open(os.path.join(os.path.dirname(__file__), "where")).read()]\n',
      'own/where': '/nowhere',
    },
    edit: { 'own/where': '/elsewhere' },
    options: {
      project: {
        name: 'own',
        version: '1',
        scripts: {},
        dependencies: [],
        entryPoints: { pyinstaller40: { 'hook-dirs': 'own.pre_hooks:folders' } },
      },
    },
    analysed: false,
    reused: false,
  },
];

/** Of this machine's Python: what `code` prints, in base64. */
function printed(code: string): Buffer {
  const text = execFileSync('python3', ['-c', `import base64, io\n${code}`], { encoding: 'utf8' });
  return Buffer.from(text, 'base64');
}
