import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readToolkit } from '../../src/context/toolkit.ts';
import { runInContainer } from '../../src/engine/container.ts';
import { findEngine } from '../../src/engine/find.ts';
import { FLASH_PYTHONS } from '../../src/targets/flash/constants.ts';
import { SDK, Step } from '../dockerfiles/step.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const SOURCE = `import torch
from runpod_flash import Endpoint


@Endpoint(name="one")
@torch.no_grad()
def f():
    pass


api = Endpoint(name="api")


@api.get("/x")
async def x():
    return f()
`;

describe.each(testEngines())('the steps inside, on engine $name', ({ address }) => {
  const engine = findEngine({ address });

  test.each(FLASH_PYTHONS)('every program compiles on Python %s', { timeout: 60_000 }, async (python) => {
    const folder = temporaryFolder();
    const files = readToolkit({ target: 'flash' }).filter(({ path }) => path.endsWith('.py'));
    await writeFiles(
      folder,
      Object.fromEntries(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString('utf8')])),
    );
    const code = `import pathlib
files = sorted(pathlib.Path("/toolkit").rglob("*.py"))
for file in files:
    compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
print(len(files))`;
    const docker = await (await engine).docker();
    const result = await runInContainer({
      docker,
      image: `ovenbird/python:${python}`,
      cmd: ['python3', '-W', 'error', '-c', code],
      folders: [{ from: folder, to: '/toolkit' }],
      network: 'none',
      purpose: 'test-steps',
    });
    expect(result).toEqual({ exitStatus: 0, stdout: `${files.length}\n`, stderr: '' });
  });

  test.each(FLASH_PYTHONS)('a project is discovered on Python %s', { timeout: 60_000 }, async (python) => {
    const step = new Step('discover', {
      'plan/request.json': {
        project: 'app',
        python,
        timeoutSeconds: 20,
        modules: [{ file: 'pkg/app.py' }],
        excludes: ['torch'],
      },
      'lock/ovenbird.lock': '# a lock\n',
      'deps/tree/dep_one.py': '',
      'project/pkg/app.py': SOURCE,
    });
    await step.ready();
    cpSync(SDK, join(step.root, 'mnt/sdk/tree'), { recursive: true });
    const docker = await (await engine).docker();
    const show =
      'import json; print(json.dumps(json.load(open("/t/ob/discover/flash_manifest.json"))["resources"]))';
    const result = await runInContainer({
      docker,
      image: `ovenbird/python:${python}`,
      cmd: ['sh', '-c', `python3 /t/mnt/toolkit/main.py && python3 -c '${show}'`],
      env: { OVENBIRD_ROOT: '/t' },
      folders: [{ from: step.root, to: '/t' }],
      network: 'none',
      purpose: 'test-steps',
    });
    expect(result.stderr).toBe('');
    expect(JSON.parse(result.stdout)).toMatchObject({
      one: { module_path: 'pkg.app', imageName: `runpod/flash:py${python}-latest` },
      api: { is_load_balanced: true, makes_remote_calls: true },
    });
  });
});
