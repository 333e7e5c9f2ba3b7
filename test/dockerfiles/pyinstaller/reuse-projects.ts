import { execFileSync } from 'node:child_process';
import type { Files, FreezeOptions } from './freeze-steps.ts';

/** A project that is edited, for what cannot be shown by one of many analyses of a spec. */
export interface Project {
  readonly name: string;
  readonly files: Files;
  readonly edit: Files;
  readonly options?: Partial<FreezeOptions>;
  /** Of each analysis whether that of the outlines is taken for that of the files. */
  readonly reused: readonly boolean[];
  /** Parts of names of entries. */
  readonly has?: readonly string[];
}

const spec = (file = 'app.spec'): Partial<FreezeOptions> => ({ entry: { kind: 'spec', file }, bundle: null });

const SPEC = (lines: string, analysis = "['app.py']"): string =>
  `${lines}
a = Analysis(${analysis})
exe = EXE(PYZ(a.pure), a.scripts, exclude_binaries=True, name='app')
COLLECT(exe, a.binaries, a.datas, name='app')
`;

const body = (value: string): string => `def f():\n    return ${value}\n`;

/** One of Python's own, which is imported before anything of the project. */
const REPRLIB = execFileSync('python3', ['-c', 'import reprlib; print(open(reprlib.__file__).read())'], {
  encoding: 'utf8',
});

export const PROJECTS: readonly Project[] = [
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
    reused: [false],
    has: ['own.one'],
  },
  {
    name: 'a module that is called like one of the base library',
    files: { 'app.py': 'import reprlib\n', 'reprlib.py': `${REPRLIB}\n${body('1')}` },
    edit: { 'reprlib.py': `${REPRLIB}\n${body('2')}` },
    reused: [false],
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
    reused: [true],
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
    reused: [false],
    has: ['wave'],
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
    reused: [true, true],
    has: ['tree/a.txt', 'humanize'],
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
    reused: [],
  },
];
