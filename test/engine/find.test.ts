import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compareVersions, findEngine, type FindOptions } from '../../src/engine/find.ts';
import { OvenbirdError } from '../../src/errors.ts';
import { runPowerless } from '../powerless.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { fakeEngine, rawServer, VERSION } from './fake-engine.ts';

const FIND = fileURLToPath(new URL('../../src/engine/find.ts', import.meta.url));

/** A machine on which nothing is set and nothing is installed. */
function nowhere(options: FindOptions = {}): FindOptions {
  return { env: {}, home: temporaryFolder(), platform: 'linux', uid: 1000, ...options };
}

async function failure(options: FindOptions): Promise<OvenbirdError> {
  const thrown = await findEngine(options).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof OvenbirdError) return thrown;
  throw new Error(`expected an OvenbirdError, got ${String(thrown)}`);
}

/** A socket file that a process left behind when it was killed. */
function deadSocket(): string {
  const path = join(temporaryFolder(), 'docker.sock');
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  try {
    execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' });
  } catch {
    // killed, as it should be
  }
  return path;
}

describe('where the engine is looked for', () => {
  test('--engine, with one request', async () => {
    const { socket, asked } = await fakeEngine();
    const found = await findEngine(
      nowhere({ address: `unix://${socket}`, env: { DOCKER_HOST: 'unix:///other' } }),
    );
    expect(found).toMatchObject({
      address: `unix://${socket}`,
      how: '--engine',
      version: '28.5.2',
      apiVersion: '1.51',
      arch: 'arm64',
      product: 'Docker Engine',
      tried: [],
    });
    expect(asked).toEqual(['/version']);
    expect((await (await found.docker()).version()).Version).toBe('28.5.2');
  });

  test('a plain path will do', async () => {
    const { socket } = await fakeEngine();
    expect((await findEngine(nowhere({ address: socket }))).version).toBe('28.5.2');
  });

  test('DOCKER_HOST goes before the context', async () => {
    const { socket } = await fakeEngine();
    const found = await findEngine(
      nowhere({ env: { DOCKER_HOST: `unix://${socket}`, DOCKER_CONTEXT: 'other' } }),
    );
    expect(found.how).toBe('DOCKER_HOST');
  });

  test.each(['config.json', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'])(
    'the current context, from %s',
    async (from) => {
      const { socket } = await fakeEngine();
      const home = temporaryFolder();
      const folder = from === 'DOCKER_CONFIG' ? join(home, 'elsewhere') : join(home, '.docker');
      const digest = createHash('sha256').update('mine').digest('hex');
      await writeFiles(folder, {
        'config.json': JSON.stringify(from === 'DOCKER_CONTEXT' ? {} : { currentContext: 'mine' }),
        [`contexts/meta/${digest}/meta.json`]: JSON.stringify({
          Name: 'mine',
          Endpoints: { docker: { Host: `unix://${socket}` } },
        }),
      });
      const env =
        { config: {}, DOCKER_CONTEXT: { DOCKER_CONTEXT: 'mine' }, DOCKER_CONFIG: { DOCKER_CONFIG: folder } }[
          from
        ] ?? {};
      expect((await findEngine(nowhere({ home, env }))).how).toBe('the Docker context "mine"');
    },
  );

  test('a context that is not there is an error, not another engine', async () => {
    const error = await failure(nowhere({ env: { DOCKER_CONTEXT: 'gone' } }));
    expect(error).toMatchObject({ code: 'ENGINE_ADDRESS_INVALID', exitCode: 2 });
    expect(error.hint).toContain('docker context use');
  });

  test('else the usual places, and why each of the others failed', async () => {
    const { socket } = await fakeEngine();
    // No Docker Desktop, no usual socket on this pretended machine: rootless Docker is there.
    const found = await findEngine(
      nowhere({ platform: 'linux', env: { XDG_RUNTIME_DIR: join(socket, '..') } }),
    );
    expect(['the usual socket', 'rootless Docker']).toContain(found.how);
    if (found.how === 'rootless Docker')
      expect(found.tried).toMatchObject([{ address: 'unix:///var/run/docker.sock' }]);
  });
});

describe('why there is none', () => {
  test('no socket', async () => {
    const error = await failure(nowhere({ address: 'unix:///nonexistent/docker.sock' }));
    expect(error).toMatchObject({ code: 'ENGINE_NOT_FOUND', exitCode: 75, transient: true });
    expect(error.message).toContain('unix:///nonexistent/docker.sock');
    expect(error.problems[0].detail).toBe('unix:///nonexistent/docker.sock (--engine): no socket there');
  });

  test('a socket and nobody listens', async () => {
    const socket = deadSocket();
    const error = await failure(nowhere({ env: { DOCKER_HOST: `unix://${socket}` } }));
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE', exitCode: 75 });
    expect(error.message).toContain('nobody listens');
    expect(error.hint).toMatch(/systemctl start docker|dockerd/);
  });

  test('on a Mac the hint is for a Mac', async () => {
    const error = await failure(nowhere({ address: deadSocket(), platform: 'darwin' }));
    expect(error.hint).toBe('open -a Docker');
  });

  test('a socket that this user may not open', async () => {
    const { socket } = await fakeEngine();
    chmodSync(socket, 0o000);
    expect(findPowerless(`unix://${socket}`)).toEqual({
      code: 'ENGINE_FORBIDDEN',
      exitCode: 1,
      hint: 'sudo usermod -aG docker $USER, then log in again',
    });
  });

  test('a TCP port that refuses', async () => {
    const error = await failure(nowhere({ address: 'tcp://127.0.0.1:9' }));
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(error.message).toContain('connection refused');
  });

  test.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a web page', 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>'],
    ['JSON of something else', 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"version":"1"}'],
    ['null', 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull'],
  ])('%s', async (_name, reply) => {
    const error = await failure(nowhere({ address: await rawServer(reply) }));
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(error.message).toContain('not a Docker engine');
  });

  test('HTTP 500, and a connection cut short', async () => {
    const broken = await fakeEngine({ '/version': { status: 500, body: {} } });
    expect((await failure(nowhere({ address: broken.socket }))).message).toContain('HTTP status 500');
    expect((await failure(nowhere({ address: await rawServer('') }))).code).toBe('ENGINE_UNREACHABLE');
  });

  test('an endless answer ends', async () => {
    const socket = await rawServer(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2_000_000)}`);
    expect((await failure(nowhere({ address: socket }))).message).toContain('too long');
  });

  test('a server that never answers: the time limit says so', async () => {
    const error = await failure(nowhere({ address: await rawServer(undefined), limitMs: 100 }));
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(error.message).toContain('no answer within 0.1 s');
  });

  test('an abort ends the search with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const search = findEngine(nowhere({ address: await rawServer(undefined), signal: controller.signal }));
    controller.abort(reason);
    await expect(search).rejects.toBe(reason);
  });

  test('too old, and Podman', async () => {
    const old = await fakeEngine({
      '/version': { body: { ...VERSION, Version: '19.03.15', ApiVersion: '1.40' } },
    });
    expect(await failure(nowhere({ address: old.socket }))).toMatchObject({
      code: 'ENGINE_TOO_OLD',
      exitCode: 1,
    });
    const podman = await fakeEngine({
      '/version': { body: { ...VERSION, Components: [{ Name: 'Podman Engine' }] } },
    });
    expect((await failure(nowhere({ address: podman.socket }))).message).toContain('no BuildKit');
  });
});

describe('addresses', () => {
  test.each([
    ['ssh://me@host', 'ssh is not supported yet'],
    ['https://host:2376', 'TLS is not supported yet'],
    ['tcp://host:2376', 'TLS is not supported yet'],
    ['unix://relative.sock', 'no absolute socket path'],
    ['tcp://ho st', 'not a host and port'],
    ['tcp://host:99999', 'not a host and port'],
    ['docker', "not an engine's address"],
    ['', "not an engine's address"],
  ])('%j: %s', async (address, words) => {
    const error = await failure(nowhere({ address }));
    expect(error).toMatchObject({ code: 'ENGINE_ADDRESS_INVALID', exitCode: 2 });
    expect(error.message).toContain(words);
  });

  test('DOCKER_TLS_VERIFY asks for what we cannot do yet', async () => {
    const error = await failure(
      nowhere({ env: { DOCKER_HOST: 'tcp://127.0.0.1:9', DOCKER_TLS_VERIFY: '1' } }),
    );
    expect(error.message).toContain('TLS');
  });

  test('versions are compared number by number', () => {
    expect(compareVersions('1.9', '1.41')).toBeLessThan(0);
    expect(compareVersions('1.41', '1.41')).toBe(0);
    expect(compareVersions('22.18.0', '22.18')).toBe(0);
    expect(compareVersions('24.1', '22.18')).toBeGreaterThan(0);
  });
});

/** Finds in a process that permissions hold for: root may open any socket. */
function findPowerless(address: string): unknown {
  return runPowerless(`
    const { findEngine } = await import(${JSON.stringify(FIND)});
    const report = (error) => console.log(JSON.stringify({ code: error.code, exitCode: error.exitCode, hint: error.hint }));
    await findEngine({ address: ${JSON.stringify(address)}, platform: 'linux' }).then(() => console.log('{}'), report);`);
}
