import { execFileSync } from 'node:child_process';
import type { Files } from './freeze-steps.ts';

/** A program in a folder of its own, and an analysis of a spec that has one for each. */
export interface Row {
  readonly name: string;
  /** `own` stands for a name that no other row has. */
  readonly files: Files;
  readonly edit: Files;
  /** Lines of the spec before and after the analysis. HERE is the row's folder. */
  readonly before?: string;
  readonly after?: string;
  /** Further arguments of the analysis. */
  readonly given?: string;
  /** The edit shows in the outlines. */
  readonly analysed: boolean;
  /** The analysis of the outlines is taken for that of the files. */
  readonly reused: boolean;
  /** Parts of names of entries. */
  readonly has?: readonly string[];
}

const LIBRARY = printed(
  'import _bisect; print(base64.b64encode(open(_bisect.__file__, "rb").read()).decode())',
);

const ARCHIVE = printed(`
import zipfile
file = io.BytesIO()
with zipfile.ZipFile(file, "w") as archive:
    archive.writestr("zipped.py", "import colorsys")
print(base64.b64encode(file.getvalue()).decode())`);

const body = (value: string): string => `def f():\n    return ${value}\n`;

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
    has: ['wave', 'statistics', 'cmd', 'own'],
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
    before: 'from PyInstaller.utils.hooks import collect_submodules\nsys.path.append(HERE)',
    given: "hiddenimports=collect_submodules('own')",
    analysed: false,
    reused: false,
    has: ['own.one', 'colorsys'],
  },
  {
    name: 'a package without such a file, all of it collected',
    files: { 'app.py': 'print(1)\n', 'own/__init__.py': body('1'), 'own/one.py': body('1') },
    edit: { 'own/one.py': body('2') },
    before: 'from PyInstaller.utils.hooks import collect_submodules\nsys.path.append(HERE)',
    given: "hiddenimports=collect_submodules('own')",
    analysed: false,
    reused: true,
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
    given: "hookspath=[HERE + '/hooks']",
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
    given: "hookspath=[HERE + '/hooks']",
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
    given: "hookspath=[HERE + '/hooks']",
    analysed: false,
    reused: false,
    has: ['wave'],
  },
  {
    name: 'a hook that asks about a module beside it, which reads a data file when it is imported',
    files: {
      'app.py': 'import own\n',
      'own.py': 'import os\nint(open(os.path.join(os.path.dirname(__file__), "number")).read())\n',
      number: '7',
      'hook-own.py':
        "from PyInstaller.utils.hooks import collect_submodules\nhiddenimports = ['wave' if collect_submodules('own') else 'cmd']\n",
    },
    edit: { number: '8' },
    given: 'hookspath=[HERE]',
    analysed: false,
    reused: false,
    has: ['wave'],
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
    given: "hookspath=[HERE + '/hooks']",
    analysed: false,
    reused: true,
    has: ['colorsys', 'wave'],
  },
  {
    name: 'modules as files: sources, byte code, nothing in an archive',
    files: {
      'app.py': 'import own, also, idna\n',
      'own.py': body('1'),
      'also.py': body('1'),
    },
    edit: { 'own.py': body('2'), 'also.py': body('2') },
    given: "module_collection_mode={'own': 'pyz+py', 'also': 'py', 'idna': 'py'}",
    analysed: false,
    reused: true,
    has: ['own.py', 'also.py'],
  },
  {
    name: 'byte code as files',
    files: { 'app.py': 'import own, idna\n', 'own.py': body('1') },
    edit: { 'own.py': body('2') },
    given: 'noarchive=True',
    analysed: false,
    reused: false,
    has: ['own.pyc'],
  },
  {
    name: 'byte code that is optimised',
    files: { 'app.py': 'import own, idna\n', 'own.py': 'def f():\n    "said"\n    assert 1\n' },
    edit: { 'own.py': 'def f():\n    "said"\n    assert 2\n    return 3\n' },
    given: 'optimize=2',
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
    given: 'pathex=[HERE, HERE + "/src"]',
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
      'bom.py': '\ufeff# first\r\n\f\r\ndef f():\r\n    import colorsys\r\n    return 1\r\n',
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
    given: "datas=[(HERE + '/lib/x.so', '.')]",
    analysed: true,
    reused: true,
    has: ['x.so'],
  },
  {
    name: 'an extension with its source and its types beside it',
    files: { 'app.py': 'import fast\n', 'fast.so': LIBRARY, 'fast.pyi': 'import colorsys\n' },
    edit: { 'fast.pyi': 'import colorsys, wave\n' },
    analysed: true,
    reused: true,
    has: ['colorsys', 'wave'],
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
    given: "pathex=[HERE + '/libs/all.zip']",
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
    name: 'a script without an ending, and a module that links to one',
    files: {
      'bin/tool': 'import colorsys, linked\n',
      'linked.py': { to: 'linked.in' },
      'linked.in': 'import wave\n',
    },
    edit: { 'linked.in': 'import cmd\n' },
    before: 'import glob; SCRIPT = glob.glob(HERE + "/bin/*")[0]',
    given: 'pathex=[HERE]',
    analysed: false,
    reused: false,
    has: ['colorsys', 'cmd'],
  },
  {
    name: 'what a helper cannot find before the analysis, and finds in it',
    files: {
      'app.py': 'import own\n',
      'vendor/own/__init__.py': '',
      'vendor/own/one.py': body('1'),
      'hooks/hook-own.py':
        "from PyInstaller.utils.hooks import collect_submodules\nhiddenimports = collect_submodules('own')\n",
    },
    edit: { 'vendor/own/one.py': body('2') },
    before: 'from PyInstaller.utils.hooks import collect_submodules\nfirst = collect_submodules("own")',
    given: "pathex=[HERE + '/vendor'], hookspath=[HERE + '/hooks'], hiddenimports=first",
    analysed: false,
    reused: true,
    has: ['own.one'],
  },
  {
    name: 'a spec that looks into the graph',
    files: { 'app.py': 'import own\n', 'own.py': body('1') },
    edit: { 'own.py': body('2') },
    after: "assert a.graph.find_node('own') is not None",
    analysed: false,
    reused: false,
  },
];

/** Of this machine's Python: what `code` prints, in base64. */
function printed(code: string): Buffer {
  const text = execFileSync('python3', ['-c', `import base64, io\n${code}`], { encoding: 'utf8' });
  return Buffer.from(text, 'base64');
}
