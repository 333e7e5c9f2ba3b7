import { describe, expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProjectTable } from '../../../src/project/project-table.ts';
import type { ProjectTree } from '../../../src/project/tree.ts';
import { findEntry, shown, type FindEntry } from '../../../src/targets/pyinstaller/entry.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';
import { project, treeOf } from './project.ts';

const RUNS = 'print()\n';
const GUARD = 'def main():\n    pass\n\n\nif __name__ == "__main__":\n    main()\n';
const RELATIVE = 'from .app import run\n\nrun()\n';
const MAIN = 'def main():\n    pass\n';
const SPEC = 'a = Analysis(["app.py"])\n';
const PROJECT = '[project]\nname = "my-app"\nversion = "1"\n';

type Files = Readonly<Record<string, string>>;

/** A package with a function in its `cli.py`, below a folder. */
function pkg(folder: string, more: Files = {}): Files {
  return { [`${folder}pkg/__init__.py`]: '', [`${folder}pkg/cli.py`]: MAIN, ...more };
}

interface FoundRow {
  readonly says: string;
  readonly files: Files;
  readonly given?: string;
  /** The entry as `--entry` takes it. */
  readonly entry: string;
  readonly kind: string;
  readonly name: string | null;
  readonly roots: readonly string[];
  readonly why?: string;
}

const FOUND: readonly FoundRow[] = [
  {
    says: 'the only spec',
    files: { 'app.spec': SPEC, 'pyproject.toml': PROJECT, 'app.py': RUNS },
    entry: 'app.spec',
    kind: 'spec',
    name: null,
    roots: ['.'],
    why: 'the only spec in the project',
  },
  {
    says: "RPM's spec is none",
    files: { 'app.spec': 'Name: app\n%build\n', 'main.py': RUNS },
    entry: 'main.py',
    kind: 'script',
    name: 'main',
    roots: ['.'],
  },
  {
    says: 'a spec that is named',
    files: { 'specs/app.spec': 'exec(open("x").read())', ...pkg('src/') },
    given: 'specs/app.spec',
    entry: 'specs/app.spec',
    kind: 'spec',
    name: null,
    roots: ['.', 'src'],
    why: 'asked for',
  },
  {
    says: 'one script of the project',
    files: { ...pkg('src/'), 'pyproject.toml': `${PROJECT}[project.scripts]\nrun-it = "pkg.cli:main"` },
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'my-app',
    roots: ['src', '.'],
    why: 'run-it in [project.scripts] of pyproject.toml',
  },
  {
    says: 'the script that is called like the project',
    files: {
      ...pkg(''),
      'pyproject.toml': `${PROJECT}[project.scripts]\na = "pkg.nope:x"\nmy_app = "pkg.cli:main [extra]"`,
    },
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'my-app',
    roots: ['.'],
  },
  {
    says: "Poetry's scripts",
    files: {
      ...pkg('lib/'),
      'pyproject.toml':
        '[tool.poetry]\nname = "poem"\n[tool.poetry.scripts]\npoem = "pkg.cli:main"\nother = { reference = "x.sh", type = "file" }',
    },
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'poem',
    roots: ['lib', '.'],
  },
  {
    says: 'scripts before gui-scripts',
    files: {
      ...pkg(''),
      'pyproject.toml': `${PROJECT}[project.gui-scripts]\ng = "pkg.gui:main"\n[project.scripts]\ns = "pkg.cli:main"`,
    },
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'my-app',
    roots: ['.'],
  },
  {
    says: 'gui-scripts',
    files: { ...pkg(''), 'pyproject.toml': `${PROJECT}[project.gui-scripts]\ng = "pkg.cli:main"` },
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'my-app',
    roots: ['.'],
    why: 'g in [project.gui-scripts] of pyproject.toml',
  },
  {
    says: 'a package with a __main__.py',
    files: pkg('', { 'pkg/__main__.py': RELATIVE, 'other.py': GUARD }),
    entry: 'pkg.__main__',
    kind: 'module',
    name: 'pkg',
    roots: ['.'],
    why: 'a package with a __main__.py',
  },
  {
    says: 'a package with a __main__.py in src',
    files: pkg('src/', { 'src/pkg/__main__.py': RELATIVE }),
    entry: 'pkg.__main__',
    kind: 'module',
    name: 'pkg',
    roots: ['src', '.'],
  },
  {
    says: 'of several the one called like the project',
    files: {
      'a/__main__.py': RUNS,
      'my_app/__init__.py': '',
      'my_app/__main__.py': RELATIVE,
      'pyproject.toml': PROJECT,
    },
    entry: 'my_app.__main__',
    kind: 'module',
    name: 'my-app',
    roots: ['.'],
  },
  {
    says: 'a __main__.py without an __init__.py',
    files: { 'tool/__main__.py': 'import helper\n', 'tool/helper.py': '' },
    entry: 'tool.__main__',
    kind: 'module',
    name: 'tool',
    roots: ['.', 'tool'],
  },
  {
    says: '__main__.py of the project',
    files: { '__main__.py': RUNS, 'helper.py': '' },
    entry: '__main__.py',
    kind: 'script',
    name: 'app',
    roots: ['.'],
    why: 'the __main__.py of the project',
  },
  {
    says: 'src/__main__.py',
    files: { 'src/__main__.py': RUNS, 'src/helper.py': '' },
    entry: 'src/__main__.py',
    kind: 'script',
    name: 'src',
    roots: ['src', '.'],
  },
  {
    says: 'the only script with a guard',
    files: {
      'tool.py': GUARD,
      'helper.py': MAIN,
      'setup.py': GUARD,
      'conftest.py': GUARD,
      'test_tool.py': GUARD,
    },
    entry: 'tool.py',
    kind: 'script',
    name: 'tool',
    roots: ['.'],
    why: 'the only script with if __name__ == "__main__"',
  },
  {
    says: 'the guard the other way round',
    files: {
      'tool.py': "if '__main__' == __name__ :\n  print()\n",
      'b.py': '# if __name__ == "__main__":\n"""\nif __name__ == "__main__":\n"""\n',
    },
    entry: 'tool.py',
    kind: 'script',
    name: 'tool',
    roots: ['.'],
  },
  {
    says: 'main.py among several with a guard',
    files: { 'a.py': GUARD, 'main.py': GUARD },
    entry: 'main.py',
    kind: 'script',
    name: 'main',
    roots: ['.'],
    why: 'the usual name of what runs',
  },
  {
    says: 'app.py without any guard',
    files: { 'app.py': RUNS, 'b.py': RUNS },
    entry: 'app.py',
    kind: 'script',
    name: 'app',
    roots: ['.'],
  },
  {
    says: 'a script in src',
    files: { 'src/main.py': RUNS, 'src/b.py': '' },
    entry: 'src/main.py',
    kind: 'script',
    name: 'main',
    roots: ['src', '.'],
  },
  {
    says: "the project's name goes before that of a found script",
    files: { 'app.py': RUNS, 'pyproject.toml': PROJECT },
    entry: 'app.py',
    kind: 'script',
    name: 'my-app',
    roots: ['.'],
  },
  {
    says: 'a named script keeps its own',
    files: { 'tool.py': GUARD, 'pyproject.toml': PROJECT },
    given: 'tool.py',
    entry: 'tool.py',
    kind: 'script',
    name: 'tool',
    roots: ['.'],
    why: 'asked for',
  },
  {
    says: 'a script in a folder',
    files: { 'scripts/tool.py': GUARD, ...pkg('src/') },
    given: './scripts/tool.py',
    entry: 'scripts/tool.py',
    kind: 'script',
    name: 'tool',
    roots: ['scripts', 'src', '.'],
  },
  {
    says: 'a script without console',
    files: { 'tool.pyw': RUNS },
    given: 'tool.pyw',
    entry: 'tool.pyw',
    kind: 'script',
    name: 'tool',
    roots: ['.'],
  },
  {
    says: 'a file of a package',
    files: pkg('src/', { 'src/pkg/run.py': GUARD }),
    given: String.raw`src\pkg\run.py`,
    entry: 'pkg.run',
    kind: 'module',
    name: 'pkg',
    roots: ['src', '.'],
  },
  {
    says: 'a deep package elsewhere',
    files: {
      'back end/app/__init__.py': '',
      'back end/app/sub/__init__.py': '',
      'back end/app/sub/x.py': 'from ..y import z\nz()',
    },
    given: 'back end/app/sub/x.py',
    entry: 'app.sub.x',
    kind: 'module',
    name: 'app',
    roots: ['back end', '.'],
  },
  {
    says: 'relative imports without an __init__.py',
    files: { 'tool/run.py': RELATIVE, 'tool/app.py': MAIN },
    given: 'tool/run.py',
    entry: 'tool.run',
    kind: 'module',
    name: 'tool',
    roots: ['.', 'tool'],
  },
  {
    says: 'relative imports in src without an __init__.py',
    files: { 'src/tool/run.py': 'def f():\n    from . import app\nf()', 'src/tool/app.py': MAIN },
    given: 'src/tool/run.py',
    entry: 'tool.run',
    kind: 'module',
    name: 'tool',
    roots: ['src', '.', 'src/tool'],
  },
  {
    says: 'a namespace in a package',
    files: { 'pkg/__init__.py': '', 'pkg/ns/run.py': 'from ..x import y\ny()' },
    given: 'pkg/ns/run.py',
    entry: 'pkg.ns.run',
    kind: 'module',
    name: 'pkg',
    roots: ['.', 'pkg/ns'],
  },
  {
    says: 'a folder whose name is no module',
    files: { 'my-tool/__main__.py': RUNS },
    given: 'my-tool/__main__.py',
    entry: 'my-tool/__main__.py',
    kind: 'script',
    name: 'my-tool',
    roots: ['my-tool', '.'],
  },
  {
    says: 'the folder of a package',
    files: pkg('src/', { 'src/pkg/__main__.py': RELATIVE }),
    given: 'src/pkg/',
    entry: 'pkg.__main__',
    kind: 'module',
    name: 'pkg',
    roots: ['src', '.'],
  },
  {
    says: 'a package',
    files: pkg('src/', { 'src/pkg/__main__.py': RELATIVE }),
    given: 'pkg',
    entry: 'pkg.__main__',
    kind: 'module',
    name: 'pkg',
    roots: ['src', '.'],
  },
  {
    says: 'a module',
    files: pkg('', { 'pkg/run.py': GUARD }),
    given: 'pkg.run',
    entry: 'pkg.run',
    kind: 'module',
    name: 'pkg',
    roots: ['.'],
  },
  {
    says: 'a module that is a script',
    files: { 'tool.py': GUARD },
    given: 'tool',
    entry: 'tool.py',
    kind: 'script',
    name: 'tool',
    roots: ['.'],
  },
  {
    says: 'a function',
    files: pkg('src/'),
    given: 'pkg.cli:main',
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'pkg',
    roots: ['src', '.'],
  },
  {
    says: 'a function by its file',
    files: pkg('src/'),
    given: 'src/pkg/cli.py:main',
    entry: 'pkg.cli:main',
    kind: 'function',
    name: 'pkg',
    roots: ['src', '.'],
  },
  {
    says: 'a function of a script',
    files: { 'scripts/tool.py': MAIN },
    given: 'scripts/tool.py:main',
    entry: 'tool:main',
    kind: 'function',
    name: 'tool',
    roots: ['scripts', '.'],
  },
  {
    says: 'a function of a package',
    files: { 'pkg/__init__.py': MAIN },
    given: 'pkg:main',
    entry: 'pkg:main',
    kind: 'function',
    name: 'pkg',
    roots: ['.'],
  },
  {
    says: 'a method',
    files: { 'pkg/__init__.py': 'class Cli:\n    @classmethod\n    def run(cls): ...\n' },
    given: 'pkg:Cli.run',
    entry: 'pkg:Cli.run',
    kind: 'function',
    name: 'pkg',
    roots: ['.'],
  },
];

type Named = Omit<FindEntry, 'tree' | 'table'>;

async function find(files: Files, named: Named = {}) {
  return findIn(await project(files), named);
}

async function findIn(tree: ProjectTree, named: Named = {}) {
  return findEntry({ tree, table: await readProjectTable(tree.root), ...named });
}

describe('the entry is found', () => {
  test.each(FOUND)('$says', async ({ files, given, entry, kind, name, roots, why }) => {
    const { found, problems } = await find(files, { given });
    expect(problems).toEqual([]);
    expect(
      found && {
        entry: shown(found.entry),
        kind: found.entry.kind,
        name: found.name,
        roots: found.sourceRoots,
      },
    ).toEqual({ entry, kind, name, roots });
    if (why !== undefined) expect(found?.reason).toBe(`entry ${entry}: ${why}`);
  });

  test('of absolute paths in the project', async () => {
    const tree = await project(pkg('src/', { 'src/pkg/__main__.py': RELATIVE }));
    const { found } = await findIn(tree, { given: `${tree.root}/src/pkg/__main__.py` });
    expect(found?.entry).toEqual({ kind: 'module', module: 'pkg.__main__' });
  });

  test('what is named goes over the settings, and is named once', async () => {
    const files = { 'a.py': RUNS, 'b.py': RUNS };
    expect((await find(files, { file: 'a.py', otherwise: 'b.py' })).found?.entry).toMatchObject({
      file: 'a.py',
    });
    expect((await find(files, { given: 'a.py', otherwise: 'b.py' })).found?.entry).toMatchObject({
      file: 'a.py',
    });
    expect((await find(files, { otherwise: 'b.py' })).found?.entry).toMatchObject({ file: 'b.py' });
    expect((await find(files, { given: 'a.py', file: 'b.py' })).problems).toMatchObject([
      { code: 'USAGE', message: 'two entries: "b.py" and --entry "a.py"' },
    ]);
  });

  test('where .gitignore names specs, as the usual one for Python does', async () => {
    const { found } = await find({ '.gitignore': '*.spec\n*.py\n', 'app.spec': SPEC, 'app.py': RUNS });
    expect(found?.entry).toEqual({ kind: 'spec', file: 'app.spec' });
  });
});

/** Module, function, and what the syntax cannot tell. */
const BOUND: readonly (readonly [source: string, name: string])[] = [
  ['def main(): ...', 'main'],
  ['if True:\n    def main(): ...', 'main'],
  ['try:\n    from a import main\nexcept ImportError:\n    main = None', 'main'],
  ['from a import b as main', 'main'],
  ['import main', 'main'],
  ['import main.sub', 'main'],
  ['main = lambda: 0', 'main'],
  ['a = main = f', 'main'],
  ['a, (main, c) = f', 'main'],
  ['main: object = f', 'main'],
  ['class main: ...', 'main'],
  ['from a import *', 'main'],
  ['def __getattr__(name): ...', 'main'],
  ['globals()["main"] = f', 'main'],
  ['exec("def main(): ...")', 'main'],
  ['with f as main: ...', 'main'],
  ['for main in f: ...', 'main'],
  ['(main := f)', 'main'],
  ['def set_it():\n    global main\n    main = 1\nset_it()', 'main'],
  ['def main(a=1, *b, c=2, **d): ...', 'main'],
  ['@click.command()\ndef main(name): ...', 'main'],
  ['@run_async\nasync def main(): ...', 'main'],
  ['def main(a): ...\nmain = partial(main, 1)', 'main'],
  ['def maiｎ(): ...', 'main'],
];

test.each(BOUND)('%j has %s', async (source, name) => {
  expect((await find({ 'pkg/__init__.py': source }, { given: `pkg:${name}` })).problems).toEqual([]);
});

interface ProblemRow {
  readonly says: string;
  readonly files: Files;
  readonly given?: string;
  readonly code?: string;
  readonly message: string;
  readonly hint: string;
  readonly place?: string;
}

const NO = 'PYINSTALLER_NO_ENTRY';

const PROBLEMS: readonly ProblemRow[] = [
  {
    says: 'nothing at all',
    files: { 'README.md': '' },
    code: NO,
    message: 'nothing here is Python',
    hint: '--entry package.module:function, --entry script.py',
  },
  {
    says: 'nothing runs',
    files: { 'pkg/__init__.py': '', 'pkg/a.py': MAIN },
    code: NO,
    message: 'nothing says what the executable runs',
    hint: '--entry pkg.module:function',
  },
  {
    says: 'a guard deep below',
    files: { 'a/b/run.py': GUARD, 'x.py': MAIN },
    code: NO,
    message: 'nothing says what the executable runs',
    hint: 'say it: --entry a/b/run.py',
  },
  {
    says: 'several specs',
    files: { 'a.spec': SPEC, 'b c.spec': SPEC },
    code: NO,
    message: 'several specs are here',
    hint: "say which: --entry a.spec, --entry 'b c.spec'",
  },
  {
    says: 'several commands',
    files: {
      ...pkg(''),
      'pyproject.toml': `${PROJECT}[project.scripts]\na = "pkg.cli:main"\nb = "pkg.b:main"`,
    },
    code: NO,
    message: 'several commands are in [project.scripts] of pyproject.toml: a, b',
    hint: '--entry pkg.cli:main, --entry pkg.b:main',
  },
  {
    says: 'several packages',
    files: { 'a/__main__.py': RUNS, 'b/__main__.py': RUNS },
    code: NO,
    message: 'several packages have a __main__.py',
    hint: '--entry a, --entry b',
  },
  {
    says: 'several scripts',
    files: { 'a.py': GUARD, 'b.py': GUARD },
    code: NO,
    message: 'several scripts have if __name__',
    hint: '--entry a.py, --entry b.py',
  },
  {
    says: 'a hostile name in the project',
    files: { 'a.py': GUARD, 'x; rm -rf $HOME.py': GUARD },
    code: NO,
    message: 'several scripts',
    hint: "--entry 'x; rm -rf $HOME.py'",
  },
  {
    says: 'a command without its module',
    files: { ...pkg(''), 'pyproject.toml': `${PROJECT}[project.scripts]\na = "pkg.clj:main"` },
    message: 'the command a = "pkg.clj:main": there is no module pkg.clj in the project',
    hint: 'did you mean: --entry pkg.cli:main',
    place: 'pyproject.toml:5',
  },
  {
    says: 'a command without its function',
    files: { ...pkg('src/'), 'pyproject.toml': `${PROJECT}[project.scripts]\na = "pkg.cli:mian"` },
    message: 'the command a = "pkg.cli:mian": src/pkg/cli.py has no mian at its top level',
    hint: 'did you mean: --entry pkg.cli:main',
    place: 'pyproject.toml:5',
  },
  {
    says: 'a command in an inline table',
    files: { ...pkg(''), 'pyproject.toml': '[project]\nname = "x"\nscripts = { a = "nope" }' },
    code: 'REQUIREMENTS_INVALID',
    message: 'project.scripts.a is "nope", which names no function',
    hint: 'write: a = "package.module:function"',
    place: 'pyproject.toml:3',
  },
  {
    says: "Poetry's command that names no function",
    files: { ...pkg(''), 'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.scripts]\na = "pkg"' },
    code: 'REQUIREMENTS_INVALID',
    message: 'tool.poetry.scripts.a is "pkg", which names no function',
    hint: 'write: a = "package.module:function"',
    place: 'pyproject.toml:4',
  },
  {
    says: 'pyproject.toml that is none',
    files: { 'app.py': RUNS, 'pyproject.toml': '[project\n' },
    code: 'REQUIREMENTS_INVALID',
    message: 'Invalid TOML document',
    hint: 'PEP 621',
    place: 'pyproject.toml:1',
  },
  {
    says: 'a function that needs something',
    files: { 'pkg/__init__.py': '\ndef main(argv, *, name, x=1): ...' },
    given: 'pkg:main',
    message: '--entry "pkg:main": main() cannot be called without arguments: argv, name',
    hint: 'takes no arguments',
    place: 'pkg/__init__.py:2',
  },
  {
    says: 'an async function',
    files: { 'pkg/__init__.py': 'async def main(): ...' },
    given: 'pkg:main',
    message: 'main() is async: called as it is, it does nothing',
    hint: 'not async',
    place: 'pkg/__init__.py:1',
  },
  {
    says: 'a function that only a guard binds',
    files: { 'tool.py': 'if __name__ == "__main__":\n    def main(): ...\n' },
    given: 'tool:main',
    message: 'tool.py has no main at its top level',
    hint: 'run the file itself: --entry tool',
  },
  {
    says: 'no function of this name, but a likely one',
    files: { 'tool.py': MAIN },
    given: 'tool:begin',
    message: 'tool.py has no begin',
    hint: 'did you mean: --entry tool:main',
  },
  {
    says: 'a missing module',
    files: pkg(''),
    given: 'pkg.cly',
    message: '--entry "pkg.cly" is neither a file nor a module of the project',
    hint: 'did you mean: --entry pkg.cli',
  },
  {
    says: 'a missing file',
    files: { 'tool.py': RUNS },
    given: 'tol.py',
    message: '--entry "tol.py" is not in the project',
    hint: 'did you mean: --entry tool.py',
  },
  {
    says: 'a file elsewhere',
    files: { 'src/a/tool.py': RUNS },
    given: 'tool.py',
    message: 'is not in the project',
    hint: 'did you mean: --entry src/a/tool.py',
  },
  {
    says: 'letters that look the same',
    files: { 'tool.py': RUNS },
    given: 'ｔool.py',
    message: '--entry "ｔool.py" is not in the project',
    hint: 'did you mean: --entry tool.py',
  },
  {
    says: 'outside',
    files: { 'tool.py': RUNS },
    given: '../tool.py',
    message: '--entry "../tool.py" lies outside the project',
    hint: 'copy it into the project',
  },
  {
    says: 'an absolute path elsewhere',
    files: { 'tool.py': RUNS },
    given: '/usr/bin/tool.py',
    message: 'lies outside the project',
    hint: 'copy it into the project',
  },
  {
    says: 'a path of Windows',
    files: { 'tool.py': RUNS },
    given: String.raw`C:\work\tool.py`,
    message: 'is an absolute path of Windows',
    hint: 'from the folder of the project on',
  },
  {
    says: 'left out',
    files: { 'dist/tool.py': RUNS },
    given: 'dist/tool.py',
    message: '--entry "dist/tool.py" is there, but a build never sees it',
    hint: 'mv dist/tool.py .',
  },
  {
    says: 'no Python',
    files: { 'tool.sh': RUNS },
    given: 'tool.sh',
    message: 'is neither a Python file nor a spec',
    hint: '--entry tool.py',
  },
  {
    says: 'an __init__.py',
    files: pkg(''),
    given: 'pkg/__init__.py',
    message: 'makes a folder a package, and is not run',
    hint: '--entry pkg',
  },
  {
    says: 'a package that does not run',
    files: pkg('src/'),
    given: 'pkg',
    message: '--entry "pkg" has no __main__.py',
    hint: '--entry pkg.cli, --entry pkg.cli:main',
  },
  {
    says: 'a folder that does not run',
    files: { 'tools/app.py': RUNS, 'x.py': '' },
    given: 'tools/',
    message: 'has no __main__.py',
    hint: '--entry tools/app.py',
  },
  {
    says: 'relative imports in no package',
    files: { 'tool.py': '\nfrom .x import y\n' },
    given: 'tool.py',
    message: 'relative imports, but the file is in no package',
    hint: 'ovenbird build ..',
    place: 'tool.py:2',
  },
  {
    says: 'relative imports that go too far',
    files: { 'pkg/__init__.py': '', 'pkg/run.py': 'from ..x import y\n' },
    given: 'pkg/run.py',
    message: 'this relative import goes above the package',
    hint: '__init__.py',
    place: 'pkg/run.py:1',
  },
  {
    says: 'a script that does not parse',
    files: { 'main.py': 'x = 1\nif True\n    pass\n' },
    code: 'PYTHON_SYNTAX',
    message: "expected ':'",
    hint: 'python3 -m py_compile main.py',
    place: 'main.py:2',
  },
  {
    says: 'a spec that does not parse',
    files: { 'app.spec': 'a = Analysis(\n' },
    code: 'PYTHON_SYNTAX',
    message: 'never closed',
    hint: 'py_compile app.spec',
    place: 'app.spec:1',
  },
  {
    says: 'the module of a function that does not parse',
    files: { 'pkg/__init__.py': 'def main(:\n' },
    given: 'pkg:main',
    code: 'PYTHON_SYNTAX',
    message: '',
    hint: 'py_compile',
    place: 'pkg/__init__.py:1',
  },
  {
    says: 'NUL in a script',
    files: { 'main.py': 'x = 1\n\0' },
    code: 'PYTHON_SYNTAX',
    message: 'null bytes',
    hint: 'py_compile',
    place: 'main.py:2',
  },
];

describe('no entry', () => {
  test.each(PROBLEMS)(
    '$says',
    async ({ files, given, code = 'PYINSTALLER_ENTRY_INVALID', message, hint, place }) => {
      const { found, problems } = await find(files, { given });
      expect(found).toBeUndefined();
      expect(problems).toHaveLength(1);
      const [problem] = problems;
      const location = problem?.location && `${problem.location.file}:${problem.location.line}`;
      expect({ code: problem?.code, location }).toEqual({ code, location: place });
      expect(problem?.message).toContain(message);
      expect(problem?.hint).toContain(hint);
    },
  );

  test('a file that is not UTF-8 is told with its line', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'main.py'), Buffer.from('x = 1\n# \xe9\n', 'latin1'));
    const { problems } = await findIn(await treeOf(root));
    expect(problems).toMatchObject([
      {
        code: 'PYTHON_SYNTAX',
        message: 'the file is not UTF-8 text',
        location: { file: 'main.py', line: 2 },
      },
    ]);
  });

  test('what was named instead of the folder is told as it was typed', async () => {
    const { problems } = await find(pkg(''), { file: 'pkg' });
    expect(problems[0]?.message).toBe('"pkg" has no __main__.py, so nothing says what runs');
  });
});

/** Nothing of these may do anything but be refused. */
test.each([
  'x;rm -rf /',
  '$(id)',
  '`id`',
  "a'b.py",
  'a"b.py',
  '"); import os; os.system("id") #',
  'pkg.cli:main; import os',
  "pkg.cli:main'",
  'pkg.cli:main()',
  'pkg.cli:main\n',
  'pkg.cli:',
  ':main',
  'pkg..cli:main',
  'pkg.cli:ma in',
  'pkg.cli:main:main',
  '-rf',
  '--help',
  'a\nb.py',
  'a\0b.py',
  'tool.py\0',
  'tool.py\n',
  ' ',
  '..',
  '/',
  '~',
  '~/tool.py',
  '//server/tool.py',
  'file:///tool.py',
  'pkg/../../x.py',
  'pkg.\u202Eylc',
  'pkg.cl\u0456:main',
  '*.py',
  'x'.repeat(5000),
  '\ud800.py',
])('--entry %j', async (given) => {
  const files = { ...pkg(''), 'tool.py': RUNS };
  const { found, problems } = await find(files, { given });
  expect(found).toBeUndefined();
  expect(problems).toHaveLength(1);
  expect(problems[0]?.code).toBe('PYINSTALLER_ENTRY_INVALID');
  expect(problems[0]?.message).toContain(`--entry ${JSON.stringify(given)}`);
});

describe('to run it does nothing', () => {
  const IDLE = 'PYINSTALLER_ENTRY_IDLE';

  test.each([
    [
      '"""Doc."""\nimport os\nfrom a import b\nX = 1\n\n\ndef cli(): ...\n\n\nclass A: ...\n',
      'name the function to call: --entry pkg.run:cli',
    ],
    ['X = {"a": [1]}\n', 'name a function to call: --entry pkg.run:FUNCTION'],
  ])('%j', async (source, hint) => {
    const files = pkg('', { 'pkg/run.py': source });
    expect((await find(files, { given: 'pkg.run' })).found?.warnings).toEqual([
      {
        code: IDLE,
        message: 'it only defines: to run it does nothing',
        hint,
        location: { file: 'pkg/run.py' },
      },
    ]);
  });

  test.each([GUARD, RUNS, 'app = make()\n', 'from a import b\nb()\n', 'while True: f()\n', 'X = 1\nX.y\n'])(
    'not so: %j',
    async (source) => {
      const files = pkg('', { 'pkg/run.py': source });
      expect((await find(files, { given: 'pkg.run' })).found?.warnings).toEqual([]);
    },
  );
});

test('a name that no file can have is made one', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'aux.py': RUNS, 'naïve tool.py': RUNS, '-x;y.py': RUNS });
  const tree = await treeOf(root);
  const name = async (given: string) => (await findIn(tree, { given })).found?.name;
  expect(await name('aux.py')).toBe('app');
  expect(await name('naïve tool.py')).toBe('naïve tool');
  expect(await name('./-x;y.py')).toBe('x-y');
});
