import { expect, test } from 'vitest';
import { APP, HEAD, runApp } from './app-step.ts';

const LIFECYCLE = '    def setup(self): pass\n    def download_weights(self): pass\n';

/** Problems of an app whose class has this body, which begins in line 11. */
async function problemsOf(body: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { said, status } = await runApp({
    'app.py': `${HEAD}@jlserve.app()\nclass Demo:\n${body}`,
    ...files,
  });
  expect(status).toBe(1);
  return [...said];
}

test('an app without a mistake has none', async () => {
  const { status, errors, stderr } = await runApp(APP);
  expect({ status, errors, stderr }).toEqual({ status: 0, errors: [], stderr: '' });
});

test('a file without an app', async () => {
  const { said } = await runApp(HEAD, { request: { classLine: null, class: null } });
  expect(said).toEqual([
    'JLSERVE_NO_APP app.py: No app found. Did you decorate a class with @jlserve.app()?',
  ]);
});

test('decorators without parentheses are told so', async () => {
  const app = await runApp(APP.replace('@jlserve.app()', '@jlserve.app'));
  expect(app.errors).toMatchObject([
    { code: 'JLSERVE_NO_APP', hint: 'write @jlserve.app() with parentheses' },
  ]);
  const endpoint = await runApp(APP.replace('@jlserve.endpoint()', '@jlserve.endpoint'));
  expect(endpoint.errors).toMatchObject([
    { code: 'JLSERVE_NO_ENDPOINTS', hint: 'write @jlserve.endpoint() with parentheses' },
  ]);
});

test('several apps: the second one is the mistake', async () => {
  const { said } = await runApp(`${APP}@jlserve.app()\nclass Other:\n    pass\n`);
  expect(said).toEqual([
    expect.stringMatching(
      /^JLSERVE_SEVERAL_APPS app\.py:1[67] Only one @jlserve\.app\(\) class is allowed per module\. Found existing app 'Demo' and attempted to register 'Other'\. /,
    ),
  ]);
});

test('no endpoint and no lifecycle methods are three mistakes', async () => {
  expect(await problemsOf('    pass\n')).toEqual([
    'JLSERVE_NO_ENDPOINTS app.py:10 App Demo must have at least one method decorated with @jlserve.endpoint()',
    'JLSERVE_LIFECYCLE_INVALID app.py:10 App Demo must define a setup() method',
    'JLSERVE_LIFECYCLE_INVALID app.py:10 App Demo must define a download_weights() method',
  ]);
});

test("all endpoints' mistakes, each at its own line, in jlserve's words", async () => {
  const endpoint = (line: string): string => `    @jlserve.endpoint()\n    ${line}\n`;
  const body =
    LIFECYCLE +
    endpoint('def a(self): pass') +
    endpoint('def b(self, input): pass') +
    endpoint('def c(self, input: int) -> Out: pass') +
    endpoint('def d(self, input: In) -> list[Out]: pass') +
    endpoint('def e(self, input: In) -> None: pass') +
    endpoint('async def f(self, input: In) -> Out: pass') +
    endpoint('def g(self, input: In, other: In) -> Out: pass') +
    endpoint('def h(self, input: "Nowhere") -> Out: pass') +
    endpoint('def i(self, input: In) -> Out: yield 1') +
    endpoint('def j(self, *, input: In) -> Out: pass');
  const said = (await problemsOf(body)).map((each) => each.replace('JLSERVE_ENDPOINT_INVALID ', ''));
  expect(said).toEqual([
    'app.py:14 Endpoint method a() must accept an input parameter with a type hint',
    'app.py:14 Endpoint method a() must have a return type hint',
    "app.py:16 Endpoint method b() must have a type hint for input parameter 'input'",
    'app.py:16 Endpoint method b() must have a return type hint',
    "app.py:18 Endpoint method c(): input type must be a Pydantic BaseModel subclass, got <class 'int'>",
    'app.py:20 Endpoint method d(): return type must be a Pydantic BaseModel subclass, got list[user_module.Out]',
    "app.py:22 Endpoint method e(): return type must be a Pydantic BaseModel subclass, got <class 'NoneType'>",
    'app.py:24 Endpoint method f() must not be async: jlserve calls it without await',
    "app.py:26 Endpoint method g() must accept one input parameter only, got also 'other'",
    "app.py:28 Endpoint method h(): its type hints cannot be read: NameError: name 'Nowhere' is not defined",
    'app.py:30 Endpoint method i() must return its answer, not yield it',
    "app.py:32 Endpoint method j() must accept its input parameter 'input' by position",
  ]);
});

test('paths: twice the same, without a slash, with a parameter', async () => {
  const endpoint = (path: string, name: string): string =>
    `    @jlserve.endpoint(path=${path})\n    def ${name}(self, input: In) -> Out: pass\n`;
  const body =
    LIFECYCLE +
    endpoint('"/same"', 'a') +
    endpoint('"/same"', 'b') +
    endpoint('"none"', 'c') +
    endpoint('"/items/{item_id:int}"', 'd') +
    endpoint('int', 'e');
  expect(await problemsOf(body)).toEqual([
    "JLSERVE_DUPLICATE_PATH app.py:16 Duplicate endpoint path '/same' found in methods a() and b()",
    "JLSERVE_ENDPOINT_INVALID app.py:18 Endpoint method c(): path 'none' must start with '/'",
    "JLSERVE_ENDPOINT_INVALID app.py:20 Endpoint method d(): path '/items/{item_id:int}' has the parameter {item_id}, which nothing receives",
    "JLSERVE_ENDPOINT_INVALID app.py:22 Endpoint method e(): path <class 'int'> must be a string",
  ]);
});

const ENDPOINT = '    @jlserve.endpoint()\n    def predict(self, input: In) -> Out: pass\n';

test.each([
  ['    setup = 3\n', 'app.py:13 setup must be a method in Demo, got int'],
  [
    '    def setup(self, a, b=1): pass\n',
    "app.py:13 setup() in Demo must only accept 'self', got parameters: ['self', 'a', 'b']",
  ],
  [
    '    def setup() -> None: pass\n',
    "app.py:13 setup() in Demo must only accept 'self', got parameters: []",
  ],
  ['    def setup(self) -> int: pass\n', "app.py:13 setup() in Demo must return None, got <class 'int'>"],
  ['    def setup(self) -> "int": pass\n', "app.py:13 setup() in Demo must return None, got <class 'int'>"],
  [
    '    async def setup(self): pass\n',
    'app.py:13 setup() in Demo must not be async: jlserve calls it without await, so nothing in it would run',
  ],
  [
    '    def setup(self): yield\n',
    'app.py:13 setup() in Demo must not yield: called once, nothing in it would run',
  ],
  ['    @property\n    def setup(self): pass\n', 'app.py:14 setup must be a method in Demo, got property'],
])('setup as %j', async (method, expected) => {
  const weights = '    async def download_weights(self) -> None: pass\n';
  expect(await problemsOf(ENDPOINT + method + weights)).toEqual([
    `JLSERVE_LIFECYCLE_INVALID ${expected}`,
    expect.stringContaining('download_weights() in Demo must not be async'),
  ]);
});

test('lifecycle methods that jlserve can call as they are', async () => {
  const methods =
    '    @staticmethod\n    def setup() -> None: pass\n    def download_weights(this) -> None: pass\n';
  const { said } = await runApp(`${HEAD}@jlserve.app()\nclass Demo:\n${ENDPOINT}${methods}`);
  expect(said).toEqual([]);
});

test('inherited endpoints and methods point at their own file', async () => {
  const base = `${HEAD}class Base:\n    def setup(self, x): pass\n    @jlserve.endpoint(path="/p")\n    def other(self, input: In): pass\n`;
  const app =
    'import jlserve\nfrom lib.base import Base, In, Out\n@jlserve.app()\nclass Demo(Base):\n' +
    '    def download_weights(self): pass\n    @jlserve.endpoint(path="/p")\n    def predict(self, input: In) -> Out: pass\n';
  const { said } = await runApp({ 'app.py': app, 'lib/base.py': base }, { request: { classLine: 4 } });
  expect(said).toEqual([
    'JLSERVE_ENDPOINT_INVALID lib/base.py:12 Endpoint method other() must have a return type hint',
    "JLSERVE_DUPLICATE_PATH app.py:7 Duplicate endpoint path '/p' found in methods other() and predict()",
    "JLSERVE_LIFECYCLE_INVALID lib/base.py:10 setup() in Demo must only accept 'self', got parameters: ['self', 'x']",
  ]);
});

test('a parameter with a default is a warning: the app works', async () => {
  const { step, said } = await runApp(APP.replace('input: In)', 'input: In, n: int = 1)'));
  expect(said).toEqual([]);
  expect(step.json('report/report.json')['warnings']).toMatchObject([
    { code: 'JLSERVE_UNUSED_PARAMETER', location: { file: 'app.py', line: 14 } },
  ]);
});

test.each([
  [
    'raises',
    '    def __init__(self):\n        1 / 0\n',
    17,
    'Demo.__init__() failed: ZeroDivisionError: division by zero',
  ],
  [
    'exits',
    '    def __init__(self):\n        raise SystemExit(0)\n',
    17,
    'Demo.__init__() failed: SystemExit: 0',
  ],
  [
    'wants arguments',
    '    def __init__(self, model): pass\n',
    16,
    "Demo.__init__() must need nothing but self: missing a required argument: 'model'",
  ],
])('__init__ that %s', async (_what, init, line, message) => {
  const { said } = await runApp(APP + init);
  expect(said).toEqual([`JLSERVE_INIT_FAILED app.py:${line} ${message}`]);
});

test('a model that JSON cannot describe', async () => {
  const app = APP.replace(
    'class Out(BaseModel):\n',
    'from typing import Callable\nclass Out(BaseModel):\n    call: Callable\n',
  );
  const { said } = await runApp(app, { request: { classLine: 12 } });
  expect(said).toEqual([
    expect.stringMatching(
      /^JLSERVE_ENDPOINT_INVALID app\.py:12 the OpenAPI document of Demo cannot be made: .*JsonSchema/,
    ),
  ]);
});
