import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildProject, type BuildResult } from '../../src/build.ts';
import type { BuildEvent } from '../../src/events.ts';
import { buildWorkerImage, callQueue, unpackForWorker, withServer } from '../flash-worker.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { copyOfProject } from './example.ts';

interface Built extends BuildResult {
  readonly events: readonly BuildEvent[];
}

async function build(project: string, engine: string, options: object = {}): Promise<Built> {
  const events: BuildEvent[] = [];
  const result = await buildProject({ project, engine, onEvent: (event) => events.push(event), ...options });
  return { ...result, events };
}

/** GNU tar's own listing: modes, owners, sizes, times and names. */
function listing(archive: string): string[] {
  return execFileSync('tar', ['--numeric-owner', '--utc', '-tvzf', archive], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

function names(archive: string): string[] {
  return execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n');
}

function cachedSteps(built: Built): string[] {
  return built.events.flatMap((event) =>
    event.type === 'step-finished' && event.cached ? [event.title] : [],
  );
}

async function callEverything(engine: string, built: Built): Promise<string[]> {
  const image = await buildWorkerImage({ engine, base: built.base, python: built.python });
  const app = await unpackForWorker(built.artifact.path, join(temporaryFolder(), 'app'));
  const worker = (resource: string) => ({ engine, image, app, resource });
  return [
    await callQueue(worker('stats'), { numbers: [1, 2, 3, 4] }),
    await callQueue(worker('images'), { method: 'names' }),
    await callQueue(worker('images'), { method: 'gradient', width: 4, height: 2 }),
    ...(await withServer(worker('api'), async (address) => [
      await (await fetch(`${address}/ping`)).text(),
      await (await fetch(`${address}/dice?sides=1`)).text(),
      await (
        await fetch(`${address}/slug`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ text: 'Ovenbirds build ovens' }),
        })
      ).text(),
    ])),
  ];
}

describe.each(testEngines())('on engine $name', ({ address }) => {
  test('the example: built, unpacked, every endpoint answers', { timeout: 400_000 }, async () => {
    const project = await copyOfProject('flash-example');
    const built = await build(project, address);

    const answers = await callEverything(address, built);
    expect(answers[0]).toContain("'output': {'count': 4, 'mean': 2.5, 'std': 1.118033988749895}");
    expect(answers[1]).toContain("['dusk', 'moss']");
    expect(answers[2]).toContain("'png': 'iVBOR");
    expect(JSON.parse(answers[3] ?? '')).toMatchObject({ status: 'healthy' });
    expect(JSON.parse(answers[4] ?? '')).toEqual({ rolled: 1 });
    expect(JSON.parse(answers[5] ?? '')).toEqual({ slug: 'ovenbirds-build-ovens' });
  });

  test('the archive as the worker reads it', { timeout: 300_000 }, async () => {
    const project = await copyOfProject('flash-example');
    await writeFiles(project, {
      '.env': 'SECRET=1',
      '.env.production': 'SECRET=1',
      'deep/.env.local': 'SECRET=1',
      '.env.example': 'SECRET=',
      '.gitignore': 'scratch/\n*.log\n',
      'scratch/notes.txt': 'x',
      'run.log': 'x',
      'tests/test_it.py': 'x',
      'node_modules/x/index.js': 'x',
      '__pycache__/api.cpython-312.pyc': 'x',
      'CHANGES.md': 'x',
    });
    const built = await build(project, address);

    const all = names(built.artifact.path);
    expect(all[0]).toBe('./');
    const stripped = all.map((name) => name.replace(/^\.\//, ''));
    expect(stripped).toEqual(
      expect.arrayContaining([
        'flash_manifest.json',
        'handler_stats.py',
        'handler_images.py',
        'handler_api.py',
        'stats.py',
        'palettes.py',
        'README.md',
        'numpy/__init__.py',
        'PIL/__init__.py',
        'slugify/__init__.py',
        'runpod_flash/__init__.py',
        'runpod_flash/runtime/_flash_resource_config.py',
        '.env.example',
      ]),
    );
    const unwanted =
      /(?:^|\/)(?:\.env(?!\.example)|scratch|run\.log|node_modules|tests\/test_it|CHANGES\.md|\.gitignore|\.flash|ovenbird\.lock)/;
    expect(
      stripped.filter(
        (name) => unwanted.test(name) && !/^(?:numpy|PIL|slugify|text_unidecode|runpod_flash)\//.test(name),
      ),
    ).toEqual([]);
    expect(stripped.filter((name) => name.includes('__pycache__'))).toEqual([]);
    for (const line of listing(built.artifact.path)) {
      expect(line).toMatch(/^(?:drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) 0\/0 +\d+ 1980-01-01 00:00 /);
    }
    expect(JSON.parse(readFileSync(join(project, '.flash/flash_manifest.json'), 'utf8'))).toMatchObject({
      version: '1.0',
      resources: { api: {}, images: {}, stats: {} },
    });
  });

  test(
    'again: from the cache and the same bytes; an edit re-runs only what it must',
    { timeout: 300_000 },
    async () => {
      const project = await copyOfProject('flash-example');
      const first = await build(project, address);
      const lock = readFileSync(join(project, 'ovenbird.lock'), 'utf8');
      const second = await build(project, address);
      expect(second.artifact.digest).toBe(first.artifact.digest);
      // The lock was resolved before and is given now: installing is keyed by its content alone.
      expect(cachedSteps(second)).toEqual(expect.arrayContaining(['install 4 packages for Python 3.12']));
      expect(readFileSync(join(project, 'ovenbird.lock'), 'utf8')).toBe(lock);

      // One that the engine has not seen in an earlier run of this test.
      await appendFile(join(project, 'stats.py'), `\n# an edit: ${randomUUID()}\n`);
      const third = await build(project, address);
      expect(third.artifact.digest).not.toBe(first.artifact.digest);
      expect(cachedSteps(third)).toEqual(
        expect.arrayContaining([
          'install 4 packages for Python 3.12',
          "install the Flash worker's own packages",
        ]),
      );
      expect(cachedSteps(third)).not.toContain('import 3 modules and read 3 endpoints');
    },
  );

  test(
    'options: a name, excluded packages, the unpacked tree, direct packages only',
    { timeout: 300_000 },
    async () => {
      const project = await copyOfProject('flash-example');
      const named = await build(project, address, {
        output: 'mine.tar.gz',
        targetOptions: { keepBuild: true },
      });
      expect(named.artifact.path).toBe(join(project, '.flash/mine.tar.gz'));
      expect(existsSync(join(project, '.flash/.build/handler_stats.py'))).toBe(true);
      expect(existsSync(join(project, '.flash/.build/numpy/__init__.py'))).toBe(true);

      // What requests needs is in the worker's image: only requests itself is shipped.
      const direct = temporaryFolder();
      await writeFiles(direct, {
        'main.py': [
          'import requests',
          'from runpod_flash import Endpoint',
          '@Endpoint(name="fetch", cpu="cpu3c-1-2", dependencies=["requests"])',
          'def fetch(url="x"):',
          '    return requests.get(url).text',
        ].join('\n'),
      });
      const slim = await build(direct, address, { targetOptions: { noDeps: true } });
      expect(slim.packages.map((each) => each.name)).toEqual(['requests']);
      const full = await build(direct, address);
      expect(full.packages.map((each) => each.name)).toEqual(
        expect.arrayContaining(['certifi', 'requests', 'urllib3']),
      );
      // What neither is shipped nor in our stand-in of the worker is still there for the import.
      const example = await build(project, address, { targetOptions: { noDeps: true } });
      expect(example.packages.map((each) => each.name)).toEqual(['numpy', 'pillow', 'python-slugify']);
      expect(names(example.artifact.path).filter((name) => name.includes('text_unidecode'))).toEqual([]);

      const without = await build(project, address, {
        targetOptions: { exclude: ['Text_Unidecode', 'python.slugify'] },
      }).catch((error: unknown) => error);
      expect(without).toMatchObject({ code: 'FLASH_IMPORT_FAILED', location: { file: 'api.py', line: 5 } });
    },
  );

  test('torch and its kin are excluded before any download', { timeout: 300_000 }, async () => {
    const project = temporaryFolder();
    await writeFiles(project, {
      'gpu.py': [
        'from runpod_flash import Endpoint, GpuGroup',
        '@Endpoint(name="gpu", gpu=GpuGroup.ADA_24, dependencies=["torch>=2", "torchvision", "six"])',
        'def f(x=1):',
        '    import torch',
        '    return torch.zeros(x)',
      ].join('\n'),
    });
    const built = await build(project, address);
    expect(built.packages.map((each) => each.name)).toEqual(['six']);
    expect(built.excluded).toEqual(expect.arrayContaining(['torch', 'torchvision']));
    expect(names(built.artifact.path).filter((name) => /torch|nvidia|triton/.test(name))).toEqual([]);
    expect(readFileSync(join(project, 'ovenbird.lock'), 'utf8')).not.toMatch(/^(?:torch|nvidia|triton)/m);
  });
});

test.each(['3.10', '3.11', '3.12', '3.13'])(
  'Python %s builds the example',
  { timeout: 300_000 },
  async (python) => {
    const engine = testEngines()[0]?.address ?? '';
    const project = await copyOfProject('flash-example');
    const built = await build(project, engine, { python });
    expect(built.python).toBe(python);
    const tag = `cpython-${python.replace('.', '')}-x86_64-linux-gnu.so`;
    expect(
      names(built.artifact.path).filter((name) => name.startsWith('./numpy') && name.endsWith(tag)).length,
    ).toBeGreaterThan(5);
    const answers = await callEverything(engine, built);
    expect(answers[0]).toContain("'mean': 2.5");
    expect(answers[5]).toContain('ovenbirds-build-ovens');
  },
);

test('a failed build leaves the earlier archive byte for byte', { timeout: 300_000 }, async () => {
  const engine = testEngines()[0]?.address ?? '';
  const project = await copyOfProject('flash-example');
  const built = await build(project, engine);
  const before = readFileSync(built.artifact.path);
  writeFileSync(
    join(project, 'stats.py'),
    'import nowhere_to_be_found\nfrom runpod_flash import Endpoint\n@Endpoint(name="a", cpu="cpu3c-1-2")\ndef f(x): pass\n',
  );
  await expect(build(project, engine)).rejects.toMatchObject({ code: 'FLASH_IMPORT_FAILED' });
  expect(readFileSync(built.artifact.path).equals(before)).toBe(true);
});
