import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonVersion, SDK, Step, type StepResult } from '../step.ts';

interface Discovered extends StepResult {
  readonly step: Step;
}

async function discover(files: Readonly<Record<string, string>>, request: object = {}): Promise<Discovered> {
  const modules = Object.keys(files).filter((file) => /Endpoint|LiveServerless/.test(files[file] ?? ''));
  const step = new Step('discover', {
    'plan/request.json': {
      project: 'app',
      python: await pythonVersion(),
      timeoutSeconds: 20,
      modules: modules.sort().map((file) => ({ file })),
      excludes: ['torch'],
      ...request,
    },
    'lock/ovenbird.lock': '# a lock\n',
    'deps/tree/dep_one.py': 'VALUE = 1\n',
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`project/${path}`, text])),
  });
  cpSync(SDK, join(step.root, 'mnt/sdk/tree'), { recursive: true });
  return { step, ...(await step.run()) };
}

const HEAD = 'from runpod_flash import Endpoint\n';

describe('what the import finds', () => {
  test('functions, classes, routes and cross calls become the manifest', async () => {
    const { step, status, stderr } = await discover({
      'jobs/my-gpu.py': `${HEAD}import dep_one\n@Endpoint(name="gpu", dependencies=["idna"])\nclass Model:\n    def b(self): pass\n    async def a(self): pass\n    def _hidden(self): pass\n`,
      'api.py': `${HEAD}from runpod_flash import LiveServerless\napi = Endpoint(name="api")\n@api.get("/x")\nasync def x():\n    return Model()\n`,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const manifest = step.json('discover/flash_manifest.json');
    expect(manifest).toMatchObject({
      version: '1.0',
      project_name: 'app',
      generated_at: '1980-01-01T00:00:00Z',
      function_registry: { Model: 'gpu', x: 'api' },
      routes: { api: { 'GET /x': 'x' } },
      resources: {
        gpu: {
          resource_type: 'LiveServerless',
          file_path: 'jobs/my-gpu.py',
          local_path_prefix: '/jobs/my-gpu',
          module_path: 'jobs.my-gpu',
          functions: [
            {
              name: 'Model',
              module: 'jobs.my-gpu',
              is_async: true,
              is_class: true,
              class_methods: ['b', 'a'],
            },
          ],
          config_variable: null,
          makes_remote_calls: false,
          handler_file: 'handler_gpu.py',
          imageName: `runpod/flash:py${await pythonVersion()}-latest`,
        },
        api: {
          is_load_balanced: true,
          config_variable: 'api',
          makes_remote_calls: true,
          functions: [{ name: 'x', http_method: 'GET', http_path: '/x' }],
        },
      },
    });
    expect(Object.keys(manifest)).toEqual([
      'version',
      'python_version',
      'generated_at',
      'project_name',
      'resources',
      'function_registry',
      'routes',
    ]);
    expect(step.text('discover/files/handler_gpu.py')).toContain(
      "importlib.import_module('jobs.my-gpu').Model",
    );
  });

  test('a function belongs to the module that defines it, not to one that imports it', async () => {
    const { step, status } = await discover({
      'a.py': `${HEAD}from b import f as imported\n@Endpoint(name="one")\ndef g(): pass\n`,
      'b.py': `${HEAD}@Endpoint(name="two")\ndef f(): pass\n`,
    });
    expect(status).toBe(0);
    expect(step.json('discover/flash_manifest.json')).toMatchObject({
      resources: {
        one: { file_path: 'a.py' },
        two: { file_path: 'b.py', functions: [{ module: 'b' }] },
      },
    });
  });

  test('an excluded package is stood in for, with a warning', async () => {
    const { step, status } = await discover({
      'a.py': `import torch\nimport torch.nn as nn\n${HEAD}class Net(nn.Module):\n    @torch.no_grad()\n    def forward(self): pass\n@Endpoint(name="one")\ndef f(): pass\n`,
    });
    expect(status).toBe(0);
    expect(step.json('discover/found.json')['warnings']).toMatchObject([{ code: 'FLASH_STOOD_IN' }]);
  });

  test('an edit of the same size and second runs the new code', async () => {
    const source = (name: string): string => `${HEAD}@Endpoint(name="${name}")\ndef f(): pass\n`;
    const { step } = await discover({ 'a.py': source('one') });
    const { writeFileSync, utimesSync } = await import('node:fs');
    const path = join(step.root, 'mnt/project/a.py');
    utimesSync(path, 1000, 1000);
    await step.run();
    writeFileSync(path, source('two'));
    utimesSync(path, 1000, 1000);
    await step.run();
    expect(Object.keys(step.json('discover/flash_manifest.json')['resources'] as object)).toEqual(['two']);
  });

  test('an image= endpoint is listed as a client, an id= endpoint is not', async () => {
    const { step, status } = await discover({
      'a.py': `${HEAD}llm = Endpoint(name="llm", image="x/y:1")\nother = Endpoint(id="abc")\n`,
    });
    expect(status).toBe(0);
    expect(step.json('discover/flash_manifest.json')['resources']).toMatchObject({
      llm: { client_mode: true, functions: [], config_variable: 'llm', imageName: 'x/y:1' },
    });
  });
});

describe('problems, all of them together', () => {
  test('each module that fails is reported with its own line', async () => {
    const { errors, status } = await discover(
      {
        'a.py': `${HEAD}import cv2\n`,
        'b.py': `${HEAD}import helper\n`,
        'helper.py': '1 / 0\n',
        'c.py': `${HEAD}def f(:\n`,
        'd.py': `${HEAD}import time\ntime.sleep(60)\n`,
        'e.py': `${HEAD}import os\nos._exit(3)\n`,
        'f.py': `${HEAD}import os\nos.environ["HF_TOKEN"]\n`,
      },
      {
        timeoutSeconds: 2,
        modules: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
          file: `${name}.py`,
          endpoints: [{ name, line: 7 }],
        })),
      },
    );
    expect(status).toBe(1);
    expect(errors.map(({ code, location }) => [code, location?.file, location?.line])).toEqual([
      ['FLASH_IMPORT_FAILED', 'a.py', 2],
      ['FLASH_IMPORT_FAILED', 'helper.py', 1],
      ['PYTHON_SYNTAX', 'c.py', 2],
      ['FLASH_IMPORT_TIMEOUT', 'd.py', 3],
      ['FLASH_IMPORT_FAILED', 'e.py', undefined],
      ['FLASH_IMPORT_FAILED', 'f.py', 3],
    ]);
    expect(errors[0]?.hint).toBe(
      "add 'opencv-python-headless' to dependencies=[…] of endpoint 'a' (a.py:7) or to requirements.txt",
    );
    expect(errors[5]?.hint).toContain("os.environ.get('HF_TOKEN')");
  });

  test('what a failing module printed comes with its problem, bounded', async () => {
    const { errors } = await discover({
      'a.py': `${HEAD}print("x" * 1_000_000)\nprint("the last words")\nraise SystemExit(1)\n`,
    });
    expect(errors[0]?.detail).toContain('the last words');
    expect(JSON.stringify(errors).length).toBeLessThan(8000);
  });

  test('duplicates and reserved paths, in the texts that users know', async () => {
    const { errors } = await discover({
      'a.py': `${HEAD}@Endpoint(name="same")\ndef f(): pass\n@Endpoint(name="other")\ndef g(): pass\n`,
      'b.py': `${HEAD}@Endpoint(name="same")\ndef h(): pass\n@Endpoint(name="third")\ndef g(): pass\n`,
    });
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      [
        'FLASH_DUPLICATE_ENDPOINT',
        "endpoint 'same' is defined in multiple files: a.py, b.py. each endpoint name must be unique across the project.",
      ],
      ['FLASH_DUPLICATE_FUNCTION', "Duplicate function name 'g' found in resources 'other' and 'third'"],
    ]);
    const routes = await discover({
      'a.py': `${HEAD}r = Endpoint(name="r")\n@r.get("/x")\ndef a(): pass\n@r.get("/x")\ndef b(): pass\n`,
      'b.py': `${HEAD}s = Endpoint(name="s")\n@s.get("/ping")\ndef c(): pass\n`,
    });
    expect(routes.errors.map(({ code, message }) => [code, message])).toEqual([
      [
        'FLASH_DUPLICATE_ROUTE',
        "Duplicate route 'GET /x' in resource 'r': both 'a' and 'b' are mapped to the same route",
      ],
      [
        'FLASH_RESERVED_PATH',
        "Function 'c' cannot use reserved path '/ping'. Reserved paths: /execute, /ping",
      ],
    ]);
  });

  test('no endpoint, and a resource for another Python', async () => {
    expect((await discover({ 'a.py': `${HEAD}VALUE = 1\n` })).errors).toMatchObject([
      { code: 'FLASH_NO_ENDPOINTS' },
    ]);
    const other = await discover({
      'a.py':
        'from runpod_flash import LiveServerless, remote\nc = LiveServerless("b", python_version="2.7")\n@remote(c)\ndef f(): pass\n',
    });
    expect(other.errors[0]?.message).toBe(
      `python_version override '${await pythonVersion()}' conflicts with resource declarations: b=2.7. Either remove the override or align all resources to '${await pythonVersion()}'.`,
    );
    expect((await discover({ 'a.py': HEAD }, { python: '3.7' })).errors).toMatchObject([
      { code: 'PYTHON_UNSUPPORTED' },
    ]);
  });

  test('nothing is written into the project', async () => {
    const { step } = await discover({
      'a.py': `${HEAD}import helper\n@Endpoint(name="one")\ndef f(): pass\n`,
      'helper.py': '',
    });
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(join(step.root, 'mnt/project')).sort()).toEqual(['a.py', 'helper.py']);
  });
});
