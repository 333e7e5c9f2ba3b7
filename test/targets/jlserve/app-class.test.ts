import { expect, test } from 'vitest';
import { app, BODY, HEAD, problemsOf, read } from './read.ts';

const NO_APP = 'No app found. Did you decorate a class with @jlserve.app()? [JLSERVE_NO_APP]';

test('a right app has no problems and no warnings', async () => {
  const result = await read({ 'app.py': app('@jlserve.app(name="echo")') });
  expect(result).toEqual({
    app: {
      file: 'app.py',
      className: 'Demo',
      classLine: 11,
      name: 'echo',
      endpoints: [{ method: 'run', path: '/run', line: 15 }],
      outline: [expect.objectContaining({ from: 187 }), expect.objectContaining({ from: 296 })],
      requirements: {
        source: 'none',
        reason: 'requirements: none are named, so nothing but jlserve itself is installed',
        entries: [],
        files: [],
        uvLock: undefined,
        pyproject: undefined,
        requiresPython: undefined,
      },
    },
    problems: [],
    warnings: [],
  });
});

test.each<[string, string, string]>([
  ['import jlserve as jl', '@jl.app()', ''],
  ['from jlserve import app', '@app()', ''],
  ['from jlserve import app as serve', '@serve()', ''],
  ['from jlserve import (\n  endpoint,  # x\n  app as serve,\n)', '@serve()', ''],
  ['from jlserve import *', '@app()', ''],
  ['from jlserve.decorator import app', '@app()', ''],
  ['import jlserve.decorator', '@jlserve.decorator.app()', ''],
  ['import jlserve.decorator as d', '@d.app()', ''],
  ['from jlserve import decorator as d', '@d.app()', ''],
  ['serve = jlserve.app', '@serve()', ''],
  ['j = jlserve; serve = j.app', '@serve()', ''],
  ['serve = jlserve.app()', '@serve', ''],
  ['try:\n    from jlserve import app\nexcept ImportError:\n    app = None', '@app()', ''],
  ['', '@(jlserve.app)()', ''],
  ['', '@(jlserve.app())', ''],
  ['', '@jlserve . app ()', ''],
  ['', '@jlserve.app(  # note\n)', ''],
  ['', '@jlserve.app()  # note', ''],
  ['', '', 'Demo = jlserve.app()(Demo)'],
  ['', '', 'jlserve.app()(Demo)'],
  ['serve = jlserve.app()', '', 'serve(Demo)'],
])('found: %j %j %j', async (before, decorator, after) => {
  const source = `${HEAD}${before}\n${decorator}\nclass Demo:\n${BODY}${after}\n`;
  const { app: found, problems } = await read({ 'app.py': source });
  expect(problems).toEqual([]);
  expect(found?.className).toBe('Demo');
});

test.each([
  ['no decorator', 'class Demo: pass\n'],
  ['a name that was bound anew', 'from jlserve import app\napp = other\n@app()\nclass Demo: pass\n'],
  ["another object's method", 'other = object()\n@other.app()\nclass Demo: pass\n'],
  ['another package', 'from flask import app\n@app()\nclass Demo: pass\n'],
  ['a module of the same last name', 'import my.jlserve as jl\n@jl.app()\nclass Demo: pass\n'],
  ['jlserve under another name only', 'import jlserve as jl\n@jlserve.app()\nclass Demo: pass\n'],
  ['in a function', 'import jlserve\ndef f():\n    @jlserve.app()\n    class Demo: pass\n'],
  [
    'of a script only',
    'import jlserve\nif __name__ == "__main__":\n    @jlserve.app()\n    class Demo: pass\n',
  ],
  ['of type checkers', 'import jlserve\nif TYPE_CHECKING:\n    @jlserve.app()\n    class Demo: pass\n'],
  ['what a call gives', 'from jlserve import app as a\n@a()[0]\nclass Demo: pass\n'],
  ['a name in a text', 'x = """\nimport jlserve\n@jlserve.app()\nclass Demo: pass\n"""\n'],
  ['an empty file', ''],
])('not found: %s', async (_, source) => {
  expect(await problemsOf({ 'app.py': source })).toEqual([`app.py:?: ${NO_APP}`]);
});

test('a decorator that is not called', async () => {
  expect(await problemsOf({ 'app.py': app('@jlserve.app') })).toEqual([
    'app.py:10: No app found. @jlserve.app of class Demo must be called [JLSERVE_NO_APP]',
  ]);
});

test('several apps, each of them named', async () => {
  const two = `${app()}\n@jlserve.app()\nclass Other:\n${BODY}\n@jlserve.app()\nclass Third:\n${BODY}`;
  const texts = ['Other', 'Third'].map(
    (name) =>
      `Only one @jlserve.app() class is allowed per module. Found existing app 'Demo' and attempted to register '${name}'. For ML inference use cases, deploy each model as a separate app. [JLSERVE_SEVERAL_APPS]`,
  );
  expect(await problemsOf({ 'app.py': two })).toEqual([`app.py:18: ${texts[0]}`, `app.py:25: ${texts[1]}`]);
});

test('a class that is decorated twice', async () => {
  const [problem] = await problemsOf({ 'app.py': app('@jlserve.app()\n@jlserve.app()') });
  expect(problem).toContain("Found existing app 'Demo' and attempted to register 'Demo'");
});

test('which of two apps it is, only running the file tells', async () => {
  const source = `${HEAD}if x:\n    @jlserve.app()\n    class A: pass\nelse:\n    @jlserve.app()\n    class B: pass\n`;
  expect((await problemsOf({ 'app.py': source }))[0]).toBe(
    "app.py:15: Only running the file can tell whether its app is 'A' (line 12) or 'B' (line 15) [JLSERVE_SEVERAL_APPS]",
  );
});

test.each<[string, string | undefined]>([
  ['', 'Demo'],
  ['"x"', 'x'],
  ['name="x"', 'x'],
  ['name=""', 'Demo'],
  ['name=None', 'Demo'],
  ['None, None', 'Demo'],
  ['"a" "b"', 'ab'],
  ['NAME', 'constant'],
  ['f"{NAME}-1"', 'constant-1'],
  ['f"{{{NAME}}}"', '{constant}'],
  ['name=f()', undefined],
  ['**{}', undefined],
  [String.raw`name="it's \"$(id)\"\n\u2603 é"`, 'it\'s "$(id)"\n☃ é'],
])('the name of jlserve.app(%s)', async (args, name) => {
  const source = `NAME = "constant"\n${app(`@jlserve.app(${args})`)}`;
  const { app: found } = await read({ 'app.py': source });
  expect(found?.name).toBe(name);
});

test("a class's name is what Python makes of it", async () => {
  const source = app().replace('class Demo', 'class ﬁne');
  const { app: found, problems } = await read({ 'app.py': source });
  expect(problems).toEqual([]);
  expect(found?.className).toBe('fine');
});
