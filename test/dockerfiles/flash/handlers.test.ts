import { describe, expect, test } from 'vitest';
import { Step } from '../step.ts';

interface Served {
  readonly name: string;
  readonly isClass?: boolean;
  readonly isAsync?: boolean;
  readonly yields?: 'plain' | 'async';
  readonly methods?: readonly string[];
}

const APP = `
import asyncio
def add(a=0, b=0): return a + b
async def twice(a): return 2 * a
def fail(): raise ValueError("no")
def count(n=2): yield from range(n)
async def acount(n=2):
    for i in range(n): yield i
def broken():
    yield 1
    raise ValueError("no")
class Model:
    made = 0
    def __init__(self): Model.made += 1
    def one(self, x=1): return x
class Pair:
    def first(self): return 1
    async def second(self): return 2
`;

/** Generates a queue handler and gives it jobs, as Python literals. */
async function jobs(served: readonly Served[], inputs: readonly string[], concurrency = 1): Promise<unknown> {
  const step = new Step('discover', { 'toolkit/app.py': APP });
  const records = served.map((each) => ({
    isClass: false,
    isAsync: false,
    methods: [],
    module: 'app',
    attribute: each.name,
    ...each,
  }));
  return step.evaluate(`
import asyncio, inspect, json
from handlers import handler_text
records = json.loads(${JSON.stringify(JSON.stringify(records))})
text = handler_text("my-ep", {"is_load_balanced": False, "max_concurrency": ${concurrency}}, records)
scope = {"__name__": "handler"}
exec(compile(text, "handler_my-ep.py", "exec"), scope)
results = []
for job in [${inputs.join(', ')}]:
    result = scope["handler"](job)
    result = asyncio.run(result) if inspect.iscoroutine(result) else result
    if inspect.isasyncgen(result):
        async def parts(): return ["streamed"] + [part async for part in result]
        result = asyncio.run(parts())
    elif inspect.isgenerator(result):
        result = ["streamed", *result]
        result = [part["error"] if isinstance(part, dict) else part for part in result]
    if isinstance(result, dict) and "traceback" in result:
        result["traceback"] = result["traceback"].strip().splitlines()[-1]
    results.append(result)
print(json.dumps(results))
`);
}

describe('a queue handler', () => {
  test('calls a function with the input as keywords', async () => {
    expect(
      await jobs(
        [{ name: 'add' }],
        [
          '{"input": {"a": 1, "b": 2}}',
          '{"input": None}',
          '{}',
          '{"input": {"__empty": True}}',
          '{"input": [1]}',
          '{"input": {"c": 1}}',
        ],
      ),
    ).toEqual([
      3,
      0,
      0,
      0,
      { success: false, error: 'Malformed input: expected dict, got list' },
      expect.objectContaining({
        success: false,
        traceback: expect.stringContaining('TypeError') as unknown,
      }),
    ]);
  });

  test('awaits a coroutine and reports an exception', async () => {
    expect(await jobs([{ name: 'twice', isAsync: true }], ['{"input": {"a": 4}}'])).toEqual([8]);
    expect(await jobs([{ name: 'fail' }], ['{"input": {}}'])).toEqual([
      { success: false, error: 'no', traceback: 'ValueError: no' },
    ]);
  });

  test('awaits a coroutine from within a running loop', async () => {
    const step = new Step('discover', { 'toolkit/app.py': APP });
    expect(
      await step.evaluate(`
import asyncio, json
from handlers import handler_text
record = {"name": "twice", "attribute": "twice", "module": "app", "isClass": False, "isAsync": True, "methods": []}
scope = {"__name__": "handler"}
exec(handler_text("x", {"is_load_balanced": False}, [record]), scope)
async def main(): return scope["handler"]({"input": {"a": 3}})
print(json.dumps(asyncio.run(main())))
`),
    ).toBe(6);
  });

  test('a class: one method needs no name, several do', async () => {
    expect(
      await jobs(
        [{ name: 'Model', isClass: true, methods: ['one'] }],
        ['{"input": {"x": 5}}', '{"input": {"method": "one"}}'],
      ),
    ).toEqual([5, 1]);
    expect(
      await jobs(
        [{ name: 'Pair', isClass: true, methods: ['first', 'second'] }],
        ['{"input": {"method": "second"}}', '{"input": {}}', '{"input": {"method": "third"}}'],
      ),
    ).toEqual([
      2,
      {
        success: false,
        error: 'class Pair has multiple methods: first, second. include a "method" key in the input.',
      },
      { success: false, error: "unknown method 'third' on Pair. available: first, second" },
    ]);
  });

  test('several functions of one resource are all reachable', async () => {
    expect(
      await jobs(
        [{ name: 'add' }, { name: 'twice', isAsync: true }],
        [
          '{"input": {"function": "add", "a": 1}}',
          '{"input": {"function": "twice", "a": 1}}',
          '{"input": {"a": 1}}',
        ],
      ),
    ).toEqual([
      1,
      2,
      {
        success: false,
        error: 'endpoint has multiple functions: add, twice. include a "function" key in the input.',
      },
    ]);
  });

  test('what yields is streamed when it is alone, and collected among others', async () => {
    const count = { name: 'count', yields: 'plain' as const };
    const acount = { name: 'acount', yields: 'async' as const };
    expect(await jobs([count], ['{"input": {"n": 3}}', '{"input": []}'])).toEqual([
      ['streamed', 0, 1, 2],
      ['streamed', 'Malformed input: expected dict, got list'],
    ]);
    expect(await jobs([{ name: 'broken', yields: 'plain' }], ['{"input": {}}'])).toEqual([
      ['streamed', 1, 'no'],
    ]);
    expect(await jobs([acount], ['{"input": {"n": 3}}'], 4)).toEqual([['streamed', 0, 1, 2]]);
    const each = ['{"input": {"function": "count"}}', '{"input": {"function": "acount"}}'];
    expect(await jobs([count, acount], each)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(await jobs([count, acount], each, 4)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test('concurrent jobs: an asynchronous handler', async () => {
    expect(
      await jobs([{ name: 'twice', isAsync: true }], ['{"input": {"a": 2}}', '{"input": []}'], 8),
    ).toEqual([4, { success: false, error: 'Malformed input: expected dict, got list' }]);
  });
});

test('generated text holds for any name of an endpoint', async () => {
  const step = new Step('discover', {});
  expect(
    await step.evaluate(`
import ast, json
from handlers import handler_text, resource_config_text
names = ["a-b", 'quo"te', "it's", 'x"""y', "ünï", "back\\\\slash", "brace{}"]
record = {"name": "f", "attribute": "f", "module": "2-a.b", "isClass": False, "isAsync": False,
          "methods": [], "method": "GET", "path": "/x"}
for name in names:
    for balanced in (True, False):
        ast.parse(handler_text(name, {"is_load_balanced": balanced}, [record]))
    scope = {}
    exec(resource_config_text({"resources": {name: {}, "other": {}}, "function_registry": {"f": name, "g": "other"}}), scope)
    assert scope["RESOURCE_LOCAL_FUNCTIONS"] == {name: {"f"}, "other": {"g"}}
    assert scope["ALL_KNOWN_FUNCTIONS"] == {"f", "g"}
print(json.dumps("ok"))
`),
  ).toBe('ok');
});

test('the table of local functions follows FLASH_RESOURCE_NAME', async () => {
  const step = new Step('discover', {});
  expect(
    await step.evaluate(`
import json, os
from handlers import resource_config_text
scope = {}
exec(resource_config_text({"resources": {"a": {}, "b-fb": {}}, "function_registry": {"f": "a", "g": "b-fb"}}), scope)
def local(resource, function):
    os.environ["FLASH_RESOURCE_NAME"] = resource
    return scope["is_local_function"](function)
print(json.dumps([local("", "g"), local("a", "f"), local("a", "g"), local("a-fb", "f"), local("b", "g"), local("zz", "f"), local("zz", "new")]))
`),
  ).toEqual([true, true, false, true, true, false, true]);
});
