import { expect, test } from 'vitest';
import { app, HEAD, problemsOf, read } from './read.ts';

const LIFE = '    def setup(self): ...\n    def download_weights(self): ...\n';

/** The problems of one class body that begins in line 14, without `app.py:`. */
async function check(body: string, before = ''): Promise<string[]> {
  const indented = body.replace(/^(?=.)/gm, '    ');
  const source = `${HEAD}${before}@jlserve.app()\nclass Demo:\n${LIFE}${indented}\n`;
  return (await problemsOf({ 'app.py': source })).map((each) => each.replace(/^app\.py:/, ''));
}

const INVALID = '[JLSERVE_ENDPOINT_INVALID]';
const E = '@jlserve.endpoint()\n';

test.each<[string, string[]]>([
  [
    'def run(self): ...',
    [' must accept an input parameter with a type hint', ' must have a return type hint'],
  ],
  ['def run() -> Out: ...', [' must accept an input parameter with a type hint']],
  ['def run(*args) -> Out: ...', [' must accept an input parameter with a type hint']],
  ['def run(self, x) -> Out: ...', [" must have a type hint for input parameter 'x'"]],
  ['def run(self, x: In): ...', [' must have a return type hint']],
  [
    'def run(self, x: In, y: In, z) -> Out: ...',
    [" must accept one input parameter only: nothing is given for 'y', 'z'"],
  ],
  [
    'def run(self, x: In, *, y) -> Out: ...',
    [" must accept one input parameter only: nothing is given for 'y'"],
  ],
  ['def run(self, *, x: In) -> Out: ...', [": 'x' cannot take the input, which is given by position"]],
  ['def run(self, **x: In) -> Out: ...', [": 'x' cannot take the input, which is given by position"]],
  [
    'async def run(self, x: In) -> Out: ...',
    [" must not be 'async def': jlserve calls it without awaiting it"],
  ],
  ['def run(self, x: In, y=1, *args, z=2, **kw) -> Out: ...', []],
  ['def run(self, /, x: In) -> Out: ...', []],
  ['def run(self, x: In, /) -> Out: ...', []],
  ['def run(self, *args: In) -> Out: ...', []],
  ['def run(self, # a, b\n  x: In = None, # c\n  ) -> Out: ...', []],
  ['def run[T](self, x: In) -> Out: ...', []],
])('%s', async (method, texts) => {
  expect(await check(E + method)).toEqual(texts.map((text) => `15: Endpoint method run()${text} ${INVALID}`));
});

test.each<[string, string | undefined]>([
  ['str', "<class 'str'>"],
  ['"str"', "<class 'str'>"],
  ['(int)', "<class 'int'>"],
  ['None', "<class 'NoneType'>"],
  ['dict', "<class 'dict'>"],
  ['any', '<built-in function any>'],
  ['dict[str, int]', 'dict[str, int]'],
  ['list[dict[str, None]]', 'list[dict[str, None]]'],
  ['"list[str]"', 'list[str]'],
  ['str | None', 'str | None'],
  ['In | None', 'user_module.In | None'],
  ['list["In"]', 'list[user_module.In]'],
  ['Literal["a", 1]', undefined],
  ['Any', 'typing.Any'],
  ['t.Any', 'typing.Any'],
  ['Optional[str]', 'typing.Optional[str]'],
  ['List[str]', 'typing.List[str]'],
  ['Plain', "<class 'user_module.Plain'>"],
  ['"Plain"', "<class 'user_module.Plain'>"],
  ['In', undefined],
  ['"In"', undefined],
  ['Derived', undefined],
  ['Decorated', undefined],
  ['Twice', undefined],
  ['Unknown', undefined],
  ['models.In', undefined],
  ['models["str"]', undefined],
  ['Annotated[In, 1]', undefined],
  ['Union[In, In]', undefined],
  ['In | Out', undefined],
  ['int_', undefined],
  ['f()', undefined],
  ['"not a hint ("', undefined],
])('the hint %s', async (hint, got) => {
  const before = `import typing as t
from typing import Any, Optional, List, Annotated, Union
class Plain: pass
class Derived(Base): pass
@decorate
class Decorated: pass
class Twice: pass
Twice = make()
`;
  const line = 9 + 8 + 6;
  expect(await check(`${E}def run(self, x: ${hint}) -> ${hint}: ...`, before)).toEqual(
    got === undefined
      ? []
      : [
          `${line}: Endpoint method run(): input type must be a Pydantic BaseModel subclass, got ${got} ${INVALID}`,
          `${line}: Endpoint method run(): return type must be a Pydantic BaseModel subclass, got ${got} ${INVALID}`,
        ],
  );
});

test.each([
  'from .models import str\n',
  'str = make()\n',
  'class str(BaseModel): pass\n',
  'from .models import *\n',
  'for str in x: pass\n',
  'if x:\n    import models as str\n',
  'def str(): pass\n',
  'with x as str: pass\n',
  'a, (b, str) = x\n',
  'def f():\n    global str\n    str = 1\n',
  '(str := make())\n',
])('a builtin that may be something else: %j', async (before) => {
  expect(await check(`${E}def run(self, x: str) -> str: ...`, before)).toEqual([]);
});

test('long unions are read in no time', async () => {
  const hint = Array.from({ length: 200 }, (_, index) => `A${index}`).join(' | ');
  expect(await check(`${E}def run(self, x: ${hint}) -> Out: ...`)).toEqual([]);
});

test.each<[string, string | undefined, string[]]>([
  ['', '/run', []],
  ['"/a/b"', '/a/b', []],
  ['path="/a"', '/a', []],
  ['path=None', '/run', []],
  ['path=""', '/run', []],
  ['PREFIX + "/x"', '/v1/x', []],
  ['f"{PREFIX}/x"', '/v1/x', []],
  ['f()', undefined, []],
  ['*a', undefined, []],
  ['**a', undefined, []],
  ['"a"', 'a', [`path "a" must start with '/'`]],
  ['" /a"', ' /a', [`path " /a" must start with '/'`]],
  ['"/a/{id}"', '/a/{id}', ['path "/a/{id}" has a path parameter {id}, which nothing receives']],
  ['"/{p:path}"', '/{p:path}', ['path "/{p:path}" has a path parameter {p:path}, which nothing receives']],
  ['"/{}"', '/{}', []],
  [String.raw`"/$(id)'\"\n☃"`, '/$(id)\'"\n☃', []],
])('the path of endpoint(%s)', async (args, path, texts) => {
  const body = `${LIFE}    @jlserve.endpoint(${args})\n    def run(self, x: In) -> Out: ...\n`;
  const { app: found, problems } = await read({ 'app.py': `PREFIX = "/v1"\n${app('@jlserve.app()', body)}` });
  expect(found?.endpoints).toEqual([{ method: 'run', path, line: 16 }]);
  expect(problems.map((each) => each.message)).toEqual(texts.map((text) => `Endpoint method run(): ${text}`));
});

test('paths that several methods have', async () => {
  const method = (name: string, path = ''): string =>
    `@jlserve.endpoint(${path})\ndef ${name}(self, x: In) -> Out: ...\n`;
  expect(await check(method('b', '"/a"') + method('a') + method('c', '"/a"') + method('d'))).toEqual([
    "15: Duplicate endpoint path '/a' found in methods a() and b() [JLSERVE_DUPLICATE_PATH]",
    "19: Duplicate endpoint path '/a' found in methods a() and c() [JLSERVE_DUPLICATE_PATH]",
  ]);
});

test('a method that is defined anew has one endpoint', async () => {
  const body = `${LIFE}    @jlserve.endpoint()\n    def run(self): ...\n    @jlserve.endpoint("/x")\n    def run(self, x: In) -> Out: ...\n`;
  const { app: found, problems } = await read({ 'app.py': app('@jlserve.app()', body) });
  expect(problems).toEqual([]);
  expect(found?.endpoints).toEqual([{ method: 'run', path: '/x', line: 17 }]);
});

test('endpoints are listed by name, whatever decorates them', async () => {
  const body = `${LIFE}    ep = jlserve.endpoint
    @ep()
    def b(self, x: In) -> Out: ...
    @other
    @jlserve.endpoint()
    def c(self): ...
    @jlserve.endpoint()
    @other
    def a(self): ...
    if x:
        @jlserve.endpoint()
        def d(self): ...
    @other.endpoint()
    def e(self): ...
    @property
    def f(self): ...
`;
  const { app: found, problems } = await read({ 'app.py': app('@jlserve.app()', body) });
  expect(problems).toEqual([]);
  expect(found?.endpoints.map((each) => each.method)).toEqual(['a', 'b', 'c', 'd']);
});

test('of an endpoint that may not be there, or may be another, nothing is said', async () => {
  const method = (name: string): string =>
    `@jlserve.endpoint("a/{id}")\ndef ${name}(self, x: In) -> Out: ...\n`;
  const indented = method('b').replace(/^(?=.)/gm, '    ');
  expect(await check(`if x:\n${indented}@other\n${method('c')}@other\n${method('d')}`)).toEqual([]);
});

test('an endpoint that is not called', async () => {
  expect(await check('@jlserve.endpoint\ndef run(self, x: In) -> Out: ...')).toEqual([
    `14: Endpoint method run(): @jlserve.endpoint must be called ${INVALID}`,
  ]);
});

const NONE = [
  '11: App Demo must have at least one method decorated with @jlserve.endpoint() [JLSERVE_NO_ENDPOINTS]',
];

test.each<[string, string[]]>([
  ['', NONE],
  ['"""doc"""\nx = 1\ny: int\npass', NONE],
  ['@staticmethod\ndef f(x): ...', []],
  ['run = jlserve.endpoint()(f)', []],
  ['from helpers import run', []],
  ['locals()["run"] = x', []],
  ['for x in y:\n    pass', NONE],
  ['class Config: pass', []],
])('no endpoints in %j', async (body, problems) => {
  expect(await check(body)).toEqual(problems);
});

test.each([
  ['class Demo(Base):', ''],
  ['class Demo(metaclass=M):', ''],
  ['class Demo(*bases):', ''],
  ['class Demo:', 'setattr(Demo, "run", run)'],
  ['class Demo:', 'Demo.run = run'],
  ['class Demo:', 'Alias = Demo'],
  ['class Demo:', 'add_endpoints(Demo)'],
  ['class Demo:', 'exec("Demo.run = 1")'],
  ['class Demo:', 'globals()["Demo"].run = 1'],
  ['class Demo:', 'import sys\nsys.modules[__name__].Demo.run = 1'],
])('members may come from elsewhere: %s %s', async (head, after) => {
  const source = `${HEAD}@jlserve.app()\n${head}\n    pass\n${after}\n`;
  expect(await problemsOf({ 'app.py': source })).toEqual([]);
});

test.each(['class Demo(object):', 'class Demo():', 'class Demo[T]:', 'class Demo(object,):'])(
  'nothing comes from elsewhere: %s',
  async (head) => {
    const source = `${HEAD}@jlserve.app()\n${head}\n    pass\nimport sys\nsys.path.append("x")\nDemo().x\n`;
    expect((await problemsOf({ 'app.py': source })).map((each) => each.split('[')[1])).toEqual([
      'JLSERVE_NO_ENDPOINTS]',
      'JLSERVE_LIFECYCLE_INVALID]',
      'JLSERVE_LIFECYCLE_INVALID]',
    ]);
  },
);
