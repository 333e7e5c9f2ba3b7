import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { app, save, slice, type Sliced } from './slice-step.ts';

const NAMED = app([save('REVISION')], ['REVISION = "v1"', 'UNUSED = 1']);

describe('what a slice keeps', () => {
  test('what download_weights() reaches and nothing that is only defined', async () => {
    const { report, code } = await slice({
      'app.py': NAMED,
      'serving.py': 'X = 1\n',
      'README.md': 'x\n',
    });
    expect(report).toMatchObject({ mode: 'slice', asked: 'slice', why: [] });
    expect(Object.keys(code)).toEqual(['app.py']);
    expect(code['app.py']).toBe(
      `import os\nREVISION = 'v1'\n\nclass Demo:\n\n    def download_weights(self):\n        open(os.path.join(os.environ['JLSERVE_CACHE_DIR'], 'out.txt'), 'w').write(str(REVISION))\n`,
    );
  });

  test('its parts carry names, lines and digests that follow the text alone', async () => {
    const before = await slice({ 'app.py': NAMED });
    const after = await slice({ 'app.py': NAMED.replace('REVISION = "v1"', '# moved\n\nREVISION = "v2"') });
    const parts = (sliced: Sliced): Map<string, { line?: number; digest: string }> =>
      new Map(sliced.report.parts.map((part) => [part.name, part]));
    expect(parts(before).get('REVISION')).toMatchObject({ file: 'app.py', line: 6 });
    expect(parts(after).get('REVISION')).toMatchObject({ file: 'app.py', line: 8 });
    const differing = [...parts(before)].filter(
      ([name, { digest }]) => parts(after).get(name)?.digest !== digest,
    );
    expect(differing.map(([name]) => name)).toEqual(['REVISION']);
    expect([...parts(before).keys()]).toContain('Demo.download_weights');
  });

  test('the key follows neither comments, endpoints, models nor unrelated files', async () => {
    const { report } = await slice({ 'app.py': NAMED });
    const edits: Record<string, string>[] = [
      { 'app.py': NAMED.replace('return data', 'return Input(text="other")') },
      { 'app.py': NAMED.replace('text: str', 'name: int = 3\n    text: str') },
      { 'app.py': `# comment\n\n${NAMED}` },
      { 'app.py': NAMED.replace('UNUSED = 1', 'UNUSED = 2') },
      { 'app.py': NAMED.replace('self):\n', 'self):\n        """Documented."""\n        # and commented\n') },
      { 'app.py': NAMED, 'more.py': 'X = 1\n' },
    ];
    for (const files of edits) expect((await slice(files)).report.key).toBe(report.key);
    const changed = await slice({ 'app.py': NAMED.replace('"v1"', '"v2"') });
    expect(changed.report.key).not.toBe(report.key);
  });

  test('the names of secrets are part of the key', async () => {
    const keys = await Promise.all(
      [[], ['HF_TOKEN']].map(
        async (secrets) => (await slice({ 'app.py': NAMED }, { request: { secrets } })).report.key,
      ),
    );
    expect(new Set(keys).size).toBe(2);
  });

  test('a file that a string names comes in, with its mode; a link to one as its content', async () => {
    const { step, code, report } = await slice(
      { 'app.py': app(['open("words.txt"); open("link.txt")']), 'words.txt': 'one\n', 'far.txt': 'far\n' },
      { prepare: (root) => symlinkSync('far.txt', join(root, 'mnt/project/link.txt')) },
    );
    expect(report.mode).toBe('slice');
    expect(code).toMatchObject({ 'words.txt': 'one\n', 'link.txt': 'far\n' });
    expect(step.json('slice/request.json')).toMatchObject({ file: 'app.py', class: 'Demo', mode: 'slice' });
  });

  test('an import of the whole file is not in the way of one by name', async () => {
    const { code } = await slice({
      'app.py': app([save('lib.names.X')], ['import lib.names']),
      'lib/__init__.py': 'from . import other\n',
      'lib/names.py': 'X = 1\n',
      'lib/other.py': 'import helpers\n',
      'helpers.py': 'Y = 2\n',
      'lib/unread.py': 'Z = 3\n',
    });
    expect(Object.keys(code)).toEqual([
      'app.py',
      'helpers.py',
      'lib/__init__.py',
      'lib/names.py',
      'lib/other.py',
    ]);
  });

  test('a module that hides one of Python’s stays, though nothing imports it', async () => {
    const { code } = await slice({ 'app.py': NAMED, 'tempfile.py': 'X = 1\n', 'own.py': 'X = 1\n' });
    expect(Object.keys(code)).toEqual(['app.py', 'tempfile.py']);
  });

  test('two runs leave the same bytes, wherever the project lies', async () => {
    const files = { 'app.py': NAMED, 'tempfile.py': 'X = 1\n' };
    const [one, two] = [await slice(files), await slice(files)];
    expect(one.code).toEqual(two.code);
    expect(one.report).toEqual(two.report);
    expect(one.step.text('slice/request.json')).toBe(two.step.text('slice/request.json'));
    expect(JSON.stringify(one.report)).not.toContain(one.step.root);
  });

  test('a missing file is the input’s mistake', async () => {
    const { status, errors } = await slice({ 'other.py': '' });
    expect(status).toBe(1);
    expect(errors).toMatchObject([{ code: 'JLSERVE_FILE_INVALID', message: 'File not found: app.py' }]);
  });
});

describe('the whole file is taken, with the reason and its place, for', () => {
  /** What it is, the file, a part of the line that is named, and what is said of it. */
  const CASES: [string, string, string, string][] = [
    [
      'a computed getattr',
      app(['getattr(self, "a" + "b")']),
      'getattr',
      'uses getattr() with a computed name',
    ],
    ['setattr', app(['setattr(self, os.name, 1)']), 'setattr', 'uses setattr() with a computed name'],
    ['getattr on', app(['take = getattr']), 'getattr', 'uses getattr() as a value'],
    ['globals', app(['globals()']), 'globals', 'uses globals()'],
    ['locals', app(['locals()']), 'locals', 'uses locals()'],
    ['vars', app(['vars(os)']), 'vars', 'uses vars()'],
    ['eval', app(['eval("1")']), 'eval', 'uses eval()'],
    ['exec', app(['exec("1")']), 'exec', 'uses exec()'],
    ['inspect', app(['inspect.stack()'], ['import inspect']), 'import inspect', 'uses inspect'],
    ['importlib', app(['import importlib']), 'importlib', 'uses importlib'],
    ['__import__', app(['__import__("os")']), '__import__', 'uses __import__()'],
    ['super', app(['super().x()']), 'super', 'uses super()'],
    ['__file__', app(['__file__']), '__file__', 'uses __file__'],
    ['__dict__', app(['self.__dict__']), '__dict__', 'uses __dict__'],
    ['sys.modules', app(['import sys', 'sys.modules']), 'sys.modules', 'uses sys.modules'],
    ['sys.path', app(['import sys', 'sys.path.append("x")']), 'sys.path', 'uses sys.path'],
    ['self handed on', app(['print(self)']), 'print(self)', 'passes self on as a value'],
    ['self returned', app(['return [self]']), 'return [self]', 'passes self on as a value'],
    ['self rebound', app(['self = 1']), 'self = 1', 'gives the name self to something else'],
    ['the class handed on', app(['print(Demo)']), 'print(Demo)', 'passes Demo on as a value'],
    ['type(self) handed on', app(['x = type(self)']), 'type(self)', 'passes self on as a value'],
    [
      'a bare except',
      app(['try: f()', 'except: pass'], ['def f(): pass']),
      'except:',
      'catches everything, which hides a name that is missing',
    ],
    [
      'except Exception',
      app(['try: f()', 'except (KeyError, Exception): pass'], ['def f(): pass']),
      'except (',
      'catches Exception, which hides a name that is missing',
    ],
    [
      'suppress',
      app(['with suppress(AttributeError): f()'], ['from contextlib import suppress', 'def f(): pass']),
      'with suppress',
      'suppresses AttributeError, which hides a name that is missing',
    ],
    [
      'a base class',
      NAMED.replace('class Demo:', 'class Demo(BaseModel):'),
      'class Demo',
      'has an app class with a base class',
    ],
    [
      'a metaclass',
      NAMED.replace('class Demo:', 'class Demo(metaclass=type):'),
      'class Demo',
      'has an app class with keywords such as a metaclass',
    ],
    [
      'a further decorator of the class',
      NAMED.replace('class Demo:', '@print\nclass Demo:'),
      '@print',
      'has an app class with a further decorator',
    ],
    [
      'an unknown decorator of what is used',
      NAMED.replace('    def download', '    @os.wrap\n    def download'),
      '@os.wrap',
      'has a method with a decorator that may use self',
    ],
    [
      'an argument that is computed',
      NAMED.replace('.app()', '.app(name=os.getcwd())'),
      'os.getcwd',
      'computes an argument of @jlserve.app()',
    ],
    ['a star import', `from os.path import *\n${NAMED}`, 'import *', 'imports everything from os.path'],
    [
      '__getattr__',
      app(['pass'], [], '    def __getattr__(self, name): return 1\n'),
      'def __getattr__',
      'defines __getattr__()',
    ],
    [
      'a lambda as a member',
      app(['self.f()'], [], '    f = lambda self: 1\n'),
      'lambda',
      'makes a lambda a member of the class',
    ],
    [
      'two classes of that name',
      `${NAMED}\nclass Demo: pass\n`,
      'class Demo: pass',
      'does not define Demo by one plain class statement',
    ],
    [
      'a class under a condition',
      `if True:\n    class Demo: pass\n`,
      'if True',
      'does not define Demo by one plain class statement',
    ],
    ['its own text', app(['open("app.py")']), '', 'is itself read or imported by the code of the weights'],
  ];

  test.each(CASES)('%s', async (_name, text, mark, what) => {
    const { report, code } = await slice({ 'app.py': text });
    const line = text.split('\n').findIndex((item) => item.includes(mark)) + 1;
    const why = `app.py${mark ? `:${line}` : ''} ${what}`;
    expect(report).toMatchObject({ mode: 'file', why: [why] });
    expect(code['app.py']).toBe(text);
  });
});
