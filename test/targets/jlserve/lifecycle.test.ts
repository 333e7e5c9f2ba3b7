import { expect, test } from 'vitest';
import { app, problemsOf, read } from './read.ts';

const RUN = '    @jlserve.endpoint()\n    def run(self, x: In) -> Out: ...\n';

async function check(lines: string): Promise<string[]> {
  const body = RUN + lines.replace(/^(?=.)/gm, '    ');
  return problemsOf({ 'app.py': app('@jlserve.app()', `${body}\n`) });
}

const CODE = '[JLSERVE_LIFECYCLE_INVALID]';

test('both must be there', async () => {
  expect(await check('')).toEqual([
    `app.py:11: App Demo must define a setup() method ${CODE}`,
    `app.py:11: App Demo must define a download_weights() method ${CODE}`,
  ]);
});

test.each<[string, string[]]>([
  ['def setup(self): ...', []],
  ['def setup(self) -> None: ...', []],
  ['def setup(this) -> "None": ...', []],
  ['def setup(self) -> Model: ...', []],
  ['def setup(self) -> Any: ...', []],
  ['@cached\ndef setup(self, x): ...', []],
  ['if x:\n    def setup(self, x): ...', []],
  ['if x:\n    setup = 5', []],
  ['for setup in x: pass\nsetup, y = x', []],
  ['from helpers import setup', []],
  ['setup = make()', []],
  ['setup = lambda self: None', []],
  ['setup = None', ['setup must be a method in Demo, got NoneType']],
  ['setup: int = 5', ['setup must be a method in Demo, got int']],
  ['setup = "x"', ['setup must be a method in Demo, got str']],
  ['def setup(self): ...\nsetup = []', ['setup must be a method in Demo, got list']],
  ['def setup(): ...', ["setup() in Demo must only accept 'self', got parameters: []"]],
  [
    'def setup(self, a, *b, c=1, **d): ...',
    ["setup() in Demo must only accept 'self', got parameters: ['self', 'a', 'b', 'c', 'd']"],
  ],
  ['def setup(self, *, a): ...', ["setup() in Demo must only accept 'self', got parameters: ['self', 'a']"]],
  ['def setup(self) -> str: ...', ["setup() in Demo must return None, got <class 'str'>"]],
  ['def setup(self) -> dict[str, int]: ...', ['setup() in Demo must return None, got dict[str, int]']],
  [
    'async def setup(self): ...',
    ["setup() in Demo must not be 'async def': jlserve calls it without awaiting it"],
  ],
  [
    'async def setup(self, x) -> int: ...',
    [
      "setup() in Demo must only accept 'self', got parameters: ['self', 'x']",
      "setup() in Demo must return None, got <class 'int'>",
      "setup() in Demo must not be 'async def': jlserve calls it without awaiting it",
    ],
  ],
])('%s', async (lines, messages) => {
  const source = (name: string): string =>
    `${RUN}    def ${name === 'setup' ? 'download_weights' : 'setup'}(self): ...\n${lines
      .replaceAll('setup', name)
      .replace(/^(?=.)/gm, '    ')}\n`;
  for (const name of ['setup', 'download_weights']) {
    const { problems } = await read({ 'app.py': app('@jlserve.app()', source(name)), 'helpers.py': '' });
    expect(problems.map((each) => each.message)).toEqual(
      messages.map((each) => each.replaceAll('setup', name)),
    );
  }
});

test('everything that is wrong is said at once, each with its line', async () => {
  const body = `    def setup(self, device): ...
    async def download_weights(self): ...
    @jlserve.endpoint("x")
    def a(self): ...
    @jlserve.endpoint("x")
    def b(self, x: str) -> Out: ...
`;
  expect(await problemsOf({ 'app.py': app('@jlserve.app(requirements=["-x", ""])', body) })).toEqual([
    `app.py:15: Endpoint method a(): path "x" must start with '/' [JLSERVE_ENDPOINT_INVALID]`,
    'app.py:15: Endpoint method a() must accept an input parameter with a type hint [JLSERVE_ENDPOINT_INVALID]',
    'app.py:15: Endpoint method a() must have a return type hint [JLSERVE_ENDPOINT_INVALID]',
    `app.py:17: Endpoint method b(): path "x" must start with '/' [JLSERVE_ENDPOINT_INVALID]`,
    "app.py:17: Endpoint method b(): input type must be a Pydantic BaseModel subclass, got <class 'str'> [JLSERVE_ENDPOINT_INVALID]",
    "app.py:17: Duplicate endpoint path 'x' found in methods a() and b() [JLSERVE_DUPLICATE_PATH]",
    `app.py:12: setup() in Demo must only accept 'self', got parameters: ['self', 'device'] ${CODE}`,
    `app.py:13: download_weights() in Demo must not be 'async def': jlserve calls it without awaiting it ${CODE}`,
    'app.py:10: requirements[1] must be a non-empty string [REQUIREMENTS_INVALID]',
    "app.py:10: the requirement '-x' begins with '-': it would be read as an option, not as a package [REQUIREMENTS_INVALID]",
  ]);
});
