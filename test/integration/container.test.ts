import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { CONTAINER_LABEL } from '../../src/engine/create-container.ts';
import { runInContainer } from '../../src/engine/container.ts';
import { findEngine } from '../../src/engine/find.ts';
import { startServer } from '../../src/engine/server-container.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const image = 'ovenbird/python:3.12';

describe.each(testEngines())('containers on engine $name', ({ address }) => {
  const engine = findEngine({ address });

  async function leftovers(purpose: string): Promise<number> {
    const docker = await (await engine).docker();
    const all = await docker.listContainers({
      all: true,
      filters: { label: [`${CONTAINER_LABEL}=${purpose}`] },
    });
    return all.length;
  }

  test('output, exit status, environment and copied files', { timeout: 60_000 }, async () => {
    const docker = await (await engine).docker();
    const folder = temporaryFolder();
    await writeFiles(folder, {
      'main.py':
        'import os, sys\nprint("out", os.environ["NAME"])\nprint("err", file=sys.stderr)\nsys.exit(3)\n',
      'sub/data.txt': 'hello',
    });
    const result = await runInContainer({
      docker,
      image,
      cmd: ['python3', '/app/main.py'],
      env: { NAME: 'värde' },
      folders: [{ from: folder, to: '/app' }],
      network: 'none',
      readonlyRoot: true,
      tmpfs: ['/tmp'],
      purpose: 'test-output',
    });
    expect(result).toEqual({ exitStatus: 3, stdout: 'out värde\n', stderr: 'err\n' });
    expect(await leftovers('test-output')).toBe(0);
  });

  test('no network and a read-only root are what they say', { timeout: 60_000 }, async () => {
    const docker = await (await engine).docker();
    const cmd = [
      'python3',
      '-c',
      'import socket\nprint(sorted(n for _, n in socket.if_nameindex()))\ntry: open("/x", "w")\nexcept OSError as e: print(e.errno)',
    ];
    const { stdout } = await runInContainer({
      docker,
      image,
      cmd,
      network: 'none',
      readonlyRoot: true,
      purpose: 'test-closed',
    });
    expect(stdout).toBe("['lo']\n30\n");
  });

  test('a time limit and an abort end it and leave nothing', { timeout: 60_000 }, async () => {
    const docker = await (await engine).docker();
    const options = { docker, image, cmd: ['sleep', '1000'], purpose: 'test-limit' };
    await expect(runInContainer({ ...options, timeoutMs: 500 })).rejects.toMatchObject({
      code: 'BUILD_TIMEOUT',
      exitCode: 75,
    });
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 500);
    await expect(runInContainer({ ...options, signal: controller.signal })).rejects.toBe(reason);
    expect(await leftovers('test-limit')).toBe(0);
  });

  test('an image that is not there', async () => {
    const docker = await (await engine).docker();
    await expect(
      runInContainer({ docker, image: 'ovenbird/nothing:1', cmd: ['true'] }),
    ).rejects.toMatchObject({ code: 'BASE_IMAGE_UNAVAILABLE' });
  });

  test('a server answers, and is gone after it', { timeout: 60_000 }, async () => {
    const docker = await (await engine).docker();
    const folder = temporaryFolder();
    await writeFiles(folder, { 'hello.txt': 'hello' });
    const server = await startServer({
      docker,
      image,
      cmd: ['python3', '-u', '-m', 'http.server', '80', '--directory', '/www'],
      folders: [{ from: folder, to: '/www' }],
      port: 80,
      readyPath: '/',
      timeoutMs: 30_000,
      purpose: 'test-server',
    });
    expect(await (await fetch(`${server.address}/hello.txt`)).text()).toBe('hello');
    expect(await server.logs()).toContain('GET /hello.txt');
    await server.stop();
    await server.stop();
    expect(await leftovers('test-server')).toBe(0);
  });

  test('a server that dies says why', { timeout: 60_000 }, async () => {
    const docker = await (await engine).docker();
    const cmd = ['python3', '-c', 'import sys, time; time.sleep(0.5); print("no model found"); sys.exit(9)'];
    const starting = startServer({
      docker,
      image,
      cmd,
      port: 80,
      readyPath: '/',
      timeoutMs: 30_000,
      purpose: 'test-dies',
    });
    await expect(starting).rejects.toMatchObject({
      code: 'STEP_FAILED',
      problems: [{ detail: expect.stringContaining('no model found') as string }],
    });
    expect(await leftovers('test-dies')).toBe(0);
  });
});

test('doctor looks at a real engine', { timeout: 60_000 }, async () => {
  const cli = new URL('../../src/cli/ovenbird.ts', import.meta.url).pathname;
  const address = testEngines()[0]?.address ?? '';
  const { stdout } = await execa(process.execPath, [cli, 'doctor', '--json', '--engine', address], {
    reject: false,
  });
  const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; message: string }[] };
  const status = Object.fromEntries(checks.map((each) => [each.id, each.status]));
  expect(status).toMatchObject({ node: 'ok', engine: 'ok', platform: 'ok', 'path-flash': 'ok' });
  expect(checks.find((each) => each.id === 'disk')?.message).toMatch(/images .* build cache/);
  expect(Object.keys(status)).toEqual([
    'node',
    'engine',
    'platform',
    'disk',
    'base-images',
    'ca',
    'path-flash',
    'path-jlserve',
    'path-fazt',
  ]);
});
