import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildProject } from '../../src/build.ts';
import { buildWorkerImage, unpackForWorker, withQueue, withServer, withWorker } from '../flash-worker.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const engine = testEngines().at(-1)?.address ?? '';

const QUEUES = `import asyncio
from runpod_flash import Endpoint

CPU = "cpu3c-1-2"

@Endpoint(name="plain", cpu=CPU)
def plain(a, b=1): return a + b

@Endpoint(name="waits", cpu=CPU)
async def waits(a):
    await asyncio.sleep(0)
    return a * 2

@Endpoint(name="parts", cpu=CPU)
def parts(n): yield from range(n)

@Endpoint(name="later", cpu=CPU)
async def later(n):
    for part in range(n):
        yield part

@Endpoint(name="busy", cpu=CPU, max_concurrency=4)
async def busy(a): return -a

both = Endpoint(name="both", cpu=CPU)

@both
def left(): return "left"

@both
async def right(): return "right"

@both
def some(): yield from (1, 2)

@both
class Tool:
    def __init__(self): self.made = "made"
    def one(self): return self.made
    async def two(self, x): return [self.made, x]

@Endpoint(name="single", cpu=CPU)
class Single:
    def only(self, x=3): return x
`;

const ROUTES = `from runpod_flash import Endpoint

api = Endpoint(name="api", cpu="cpu3c-1-2")

@api.get("/items/{item}")
def read(item: int): return {"read": item}

@api.post("/items")
async def make(name: str, size: int = 2): return {"made": name, "size": size}

@api.put("/items/{item}")
def put(item: int, name: str): return {"put": [item, name]}

@api.patch("/items/{item}")
def patch(item: int, name: str): return {"patched": [item, name]}

@api.delete("/items/{item}")
async def drop(item: int): return {"dropped": item}
`;

/** Input of a job, and what the worker says of it. */
const JOBS: readonly (readonly [resource: string, input: object, said: string])[] = [
  ['plain', { a: 2 }, "'output': 3"],
  ['waits', { a: 2 }, "'output': 4"],
  ['busy', { a: 2 }, "'output': -2"],
  ['both', { function: 'left' }, "'output': 'left'"],
  ['both', { function: 'right' }, "'output': 'right'"],
  ['both', { function: 'some' }, "'output': [1, 2]"],
  ['both', { function: 'Tool', method: 'one' }, "'output': 'made'"],
  ['both', { function: 'Tool', method: 'two', x: 1 }, "'output': ['made', 1]"],
  ['both', {}, 'endpoint has multiple functions: Tool, left, right, some'],
  ['both', { function: 'Tool' }, 'class Tool has multiple methods: one, two'],
  ['single', {}, "'output': 3"],
  ['plain', {}, "missing 1 required positional argument: 'a'"],
];

test(
  'every function that an app defines is served, as the worker calls it',
  { timeout: 400_000 },
  async () => {
    const project = temporaryFolder();
    await writeFiles(project, { 'queues.py': QUEUES, 'routes.py': ROUTES });
    const built = await buildProject({ project, engine, onEvent: () => undefined });
    const image = await buildWorkerImage({ engine, base: built.base, python: built.python });
    const app = await unpackForWorker(built.artifact.path, join(temporaryFolder(), 'app'));

    await withWorker({ engine, image, app }, async (call) => {
      for (const [resource, input, said] of JOBS) {
        expect(await call(resource, input), `${resource} ${JSON.stringify(input)}`).toContain(said);
      }
    });

    // What yields is a stream, and all of it for those who wait.
    for (const resource of ['parts', 'later']) {
      const whole = await withQueue({ engine, image, app, resource }, async (address) => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ input: { n: 3 } });
        return (await fetch(`${address}/runsync`, { method: 'POST', headers, body })).json();
      });
      expect(whole, resource).toMatchObject({ status: 'COMPLETED', output: [0, 1, 2] });
    }

    // All verbs, and parameters in paths.
    const answers = await withServer({ engine, image, app, resource: 'api' }, async (address) => {
      const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
        const response = await fetch(`${address}${path}`, {
          method,
          ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        return response.ok ? response.json() : response.status;
      };
      return [
        await ask('GET', '/ping'),
        await ask('GET', '/items/5'),
        await ask('GET', '/items/five'),
        await ask('POST', '/items', { name: 'x' }),
        await ask('PUT', '/items/5', { name: 'y' }),
        await ask('PATCH', '/items/5', { name: 'z' }),
        await ask('DELETE', '/items/5'),
        // Runs whatever code a request carries: not served.
        await ask('POST', '/execute', {}),
      ];
    });
    expect(answers).toEqual([
      { status: 'healthy' },
      { read: 5 },
      422,
      { made: 'x', size: 2 },
      { put: [5, 'y'] },
      { patched: [5, 'z'] },
      { dropped: 5 },
      404,
    ]);
  },
);
