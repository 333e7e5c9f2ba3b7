import { expect, test } from 'vitest';
import { scanProject } from '../../../src/project/scan.ts';
import { findEndpoints } from '../../../src/targets/flash/endpoints.ts';
import { FLASH_IGNORE } from '../../../src/targets/flash/ignore.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

async function find(files: Record<string, string>) {
  const root = temporaryFolder();
  await writeFiles(root, files);
  return findEndpoints(await scanProject({ root, rules: FLASH_IGNORE }));
}

/** Everything in one line: `kind name file:line [functions] [dependencies]`. */
async function summary(files: Record<string, string>): Promise<string[]> {
  const { endpoints, problems } = await find(files);
  expect(problems).toEqual([]);
  return endpoints.map((each) => {
    const functions = each.functions.map(({ name, isAsync, isClass, methods, route }) =>
      [
        isAsync ? 'async ' : '',
        isClass ? 'class ' : '',
        name,
        methods ? `(${methods.join(' ')})` : '',
        route ? ` ${route.method} ${route.path}` : '',
      ].join(''),
    );
    const { items, computedAt } = each.dependencies;
    const dependencies = [
      ...items.map((item) => `${item.requirement}@${item.line}`),
      ...(computedAt ? [`?@${computedAt}`] : []),
    ];
    return `${each.generation} ${each.kind} ${each.name ?? '?'} ${each.file}:${each.line} [${functions.join(', ')}] [${dependencies.join(', ')}]`;
  });
}

const IMPORT = 'from runpod_flash import Endpoint\n';

test('functions and classes, several in a file and in folders', async () => {
  expect(
    await summary({
      'app.py': `${IMPORT}
@Endpoint(name="one", dependencies=["numpy>=2", "a" "b"])
def f(x): pass

@Endpoint("two")
async def g(x): pass
`,
      'workers/3-d.py': `import runpod_flash as rf
import runpod_flash
from runpod_flash import Endpoint as EP
NAME = "thr" + "ee"
@rf.Endpoint(name=NAME)
class C:
    async def b(self): pass
    def a(self): pass
    def _hidden(self): pass
    @staticmethod
    def s(): pass
    @property
    def p(self): pass
    @other
    def d(self): pass
@runpod_flash.Endpoint(gpu=1)
def nameless(): pass
@EP(name=compute())
def h(): pass
`,
    }),
  ).toEqual([
    'flash queue one app.py:3 [f] [numpy>=2@3, ab@3]',
    'flash queue two app.py:6 [async g] []',
    'flash queue three workers/3-d.py:5 [async class C(b a d)] []',
    'flash queue nameless workers/3-d.py:16 [nameless] []',
    'flash queue ? workers/3-d.py:18 [h] []',
  ]);
});

test('routes of all verbs, aliases of the endpoint, a computed path', async () => {
  expect(
    await summary({
      'api.py': `${IMPORT}
api: Endpoint = Endpoint(
    name="api",
    dependencies=[
        "fastapi",  # note
        "numpy",
    ],
)
same = api
P = "/p"
@api.get("/g")
def a(): pass
@api.post(path="/p/{id}")
async def b(id): pass
@same.put(P)
def c(): pass
@api.delete("/" + "d")
def d(): pass
@api.patch(f"/{P}")
def e(): pass
@api.websocket("/w")
def no(): pass
`,
    }),
  ).toEqual([
    'flash load-balanced api api.py:3 [a GET /g, async b POST /p/{id}, c PUT /p, d DELETE /d, e PATCH ] [fastapi@6, numpy@7]',
  ]);
});

test('clients are recognised and nothing of them is built', async () => {
  const { endpoints, modules, problems } = await find({
    'a.py': `${IMPORT}
vllm = Endpoint(name="vllm", image="vllm/vllm:latest")
deployed = Endpoint(id="abc")
own = Endpoint(name="own", image=None)
@own
def f(): pass
`,
    'b.py': `${IMPORT}c = Endpoint(id="x")\n`,
  });
  expect(problems).toEqual([]);
  expect(endpoints.map(({ kind, name, functions }) => [kind, name, functions.length])).toEqual([
    ['client', 'vllm', 0],
    ['client', undefined, 0],
    ['queue', 'own', 1],
    ['client', undefined, 0],
  ]);
  expect(modules).toEqual([{ file: 'a.py', module: 'a' }]);
});

test('the older generation’s @remote, in its basic forms', async () => {
  expect(
    await summary({
      'old.py': `from tetra_rp import remote, LiveServerless, LiveLoadBalancer
gpu = LiveServerless(name="gpu-fb", python_version="3.11")
lb = LiveLoadBalancer(name="lb", flashboot=False)
@remote(resource_config=gpu, dependencies=["torch"], system_dependencies=["ffmpeg"])
async def f(): pass
@remote(gpu, dependencies=["numpy"])
def g(): pass
@remote(lb, method="POST", path="/x")
def h(): pass
@remote(resource_config=LiveServerless(name="inline"))
class K: pass
@remote(resource_config=elsewhere)
def i(): pass
`,
    }),
  ).toEqual([
    'legacy queue gpu old.py:2 [async f, g] [torch@4, numpy@6]',
    'legacy load-balanced lb old.py:3 [h POST /x] []',
    'legacy queue inline old.py:10 [class K()] []',
    'legacy queue ? old.py:12 [i] []',
  ]);
});

test('only what an import of a shipped module runs counts', async () => {
  const endpoint = (name: string) => `@Endpoint(name="${name}")\ndef ${name}(): pass\n`;
  const indented = (name: string) => endpoint(name).replace(/^/gm, '    ').trimEnd();
  expect(
    await summary({
      'a.py': `${IMPORT}${endpoint('seen')}
def inner():
${indented('hidden1')}
class K:
${indented('hidden2')}
if __name__ == "__main__":
${indented('hidden3')}
elif True:
${indented('maybe')}
try:
    import x
except ImportError:
    pass
`,
      'pkg/__init__.py': IMPORT + endpoint('package'),
      'test_a.py': IMPORT + endpoint('tested'),
      'tests/b.py': IMPORT + endpoint('tested2'),
      '.venv/c.py': IMPORT + endpoint('venv'),
      'other.py': `from elsewhere import Endpoint\n# runpod_flash\n${endpoint('foreign')}`,
      'shadow.py': `${IMPORT}from fastapi import Endpoint\n${endpoint('shadowed')}`,
    }),
  ).toEqual(['flash queue seen a.py:2 [seen] []', 'flash queue maybe a.py:15 [maybe] []']);
});

test('names bound in try, star imports, a decorator applied by hand, one name twice', async () => {
  expect(
    await summary({
      'a.py':
        'try:\n    from runpod_flash import *\nexcept ImportError:\n    pass\n@Endpoint(name="x")\ndef f(): pass\n@Endpoint(name="x", dependencies=["six"])\ndef g(): pass\n',
      'b.py': `${IMPORT}def work(): pass\nremote_work = Endpoint(name="hand")(work)\n`,
    }),
  ).toEqual(['flash queue x a.py:5 [f, g] [six@7]', 'flash queue hand b.py:3 [work] []']);
});

test('dependencies that are computed are marked', async () => {
  const { endpoints, warnings } = await find({
    'a.py': `${IMPORT}from helpers import MORE
BASE = ["numpy"]
@Endpoint(
    name="a",
    dependencies=BASE + ["six"] + MORE,
)
def f(): pass
@Endpoint(name="b", **OPTIONS)
def g(): pass
idle = Endpoint(name="idle")
`,
  });
  expect(endpoints.map((each) => each.dependencies)).toEqual([
    {
      items: [
        { requirement: 'numpy', line: 3 },
        { requirement: 'six', line: 6 },
      ],
      computedAt: 6,
    },
    { items: [], computedAt: 9 },
  ]);
  expect(warnings.map((each) => [each.code, each.location?.line])).toEqual([['FLASH_ENDPOINT_EMPTY', 11]]);
});

test('every mistake of a project at once, in the peer’s words', async () => {
  const { problems } = await find({
    'a.py': `${IMPORT}api = Endpoint(name="api")
@api.get("/x")
def one(): pass
@api.get("/x")
def two(): pass
@api.post("/ping")
def three(): pass
@Endpoint(name="same")
def four(): pass
`,
    'b.py': `${IMPORT}@Endpoint(name="same")\ndef five(): pass\n@Endpoint(name="other")\ndef four(): pass\n`,
    'broken.py': `${IMPORT}@Endpoint(name="z")\ndef z(:\n  pass\n`,
    'binary.py': '# runpod_flash \u00ff'.replace('\u00ff', ''),
  });
  expect(
    problems.map(({ code, message, location }) => [code, message, `${location?.file}:${location?.line}`]),
  ).toEqual([
    ['PYTHON_SYNTAX', "broken.py:3: '(' was never closed", 'broken.py:3'],
    [
      'FLASH_DUPLICATE_ENDPOINT',
      "endpoint 'same' is defined in multiple files: a.py, b.py. each endpoint name must be unique across the project.",
      'b.py:2',
    ],
    [
      'FLASH_DUPLICATE_FUNCTION',
      "Duplicate function name 'four' found in resources 'same' and 'other'",
      'b.py:5',
    ],
    [
      'FLASH_DUPLICATE_ROUTE',
      "Duplicate route 'GET /x' in resource 'api': both 'one' and 'two' are mapped to the same route",
      'a.py:6',
    ],
    [
      'FLASH_RESERVED_PATH',
      "Function 'three' cannot use reserved path '/ping'. Reserved paths: /execute, /ping",
      'a.py:8',
    ],
  ]);
  for (const each of problems) expect(each.hint).toBeTruthy();
});

test('one endpoint file importing another is no duplicate, nor is the other half of a choice', async () => {
  expect(
    await summary({
      'a.py': `${IMPORT}@Endpoint(name="a")\ndef f(): pass\n`,
      'b.py': `${IMPORT}from a import f\n@Endpoint(name="b")\ndef g(): return f()\n`,
      'c.py': `${IMPORT}if X:\n    @Endpoint(name="c")\n    def h(): pass\nelse:\n    @Endpoint(name="c")\n    def h(): pass\n`,
    }),
  ).toHaveLength(3);
});

test('no Python file, and no endpoint', async () => {
  const nothing = await find({ 'README.md': '' });
  expect(nothing.problems).toMatchObject([{ code: 'FLASH_NO_PYTHON_FILES' }]);
  const empty = await find({ 'app.py': 'import runpod_flash\n', 'b.py': '' });
  expect(empty.problems).toMatchObject([
    {
      code: 'FLASH_NO_ENDPOINTS',
      hint: expect.stringContaining('@Endpoint(name="my-worker", gpu=GpuGroup.ANY)'),
    },
  ]);
});

test('importing a module that is there but ignored', async () => {
  const { problems } = await find({
    '.gitignore': 'local_*.py\n',
    'local_settings.py': '',
    'tests/helpers.py': '',
    'pkg/docs/__init__.py': '',
    'test_tools.py': '',
    'pkg/fine.py': '',
    'pkg/app.py': `${IMPORT}import os, local_settings as s
from tests import helpers, more
from .docs import x
from . import fine
from .. import local_settings
if TYPE_CHECKING:
    import test_tools
try:
    import test_tools
except ImportError:
    pass
@Endpoint(name="a")
def f():
    import local_settings
`,
    'plain.py': 'import test_tools\n',
  });
  expect(problems).toMatchObject([
    {
      code: 'FLASH_IGNORED_IMPORT',
      message: `Shipped code imports local modules that the build ignore rules (.gitignore or built-in defaults) exclude:
  local_settings.py (imported by pkg/app.py:2)
  pkg/docs/__init__.py (imported by pkg/app.py:4)
  tests/helpers.py (imported by pkg/app.py:3)`,
      location: { file: 'pkg/app.py', line: 2 },
    },
  ]);
});
