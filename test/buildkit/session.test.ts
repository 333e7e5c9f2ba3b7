import { randomBytes } from 'node:crypto';
import { readdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/errors.ts';
import type { ContextEntry } from '../../src/context/entry.ts';
import { comparePaths } from '../../src/project/path-order.ts';
import { decodeStat } from '../../src/buildkit/fsutil/stat.ts';
import { decodePacket, type Packet } from '../../src/buildkit/fsutil/packet.ts';
import { runSolve } from '../../src/buildkit/solve.ts';
import { upgradeTransport } from '../../src/engine/dial.ts';
import { temporaryFolder } from '../temporary.ts';
import {
  FakeDaemon,
  type SessionCall,
  answer,
  folder,
  inMemory,
  link,
  onDisk,
  solveOptions,
} from './fake-daemon.ts';
import { fields, fin, request } from './packets.ts';

const FILE_SYNC = '/moby.filesync.v1.FileSync/DiffCopy';

/** Runs one build during which the daemon does what `during` says, then succeeds. */
async function duringSolve(
  during: (daemon: FakeDaemon) => Promise<void>,
  changes: Parameters<typeof solveOptions>[1] = {},
): Promise<Awaited<ReturnType<typeof runSolve>>> {
  let failure: unknown;
  const daemon = await new FakeDaemon({
    Solve: async (stream, self) => {
      await during(self).catch((error: unknown) => (failure = error));
      answer(stream, fields([1, fields([1, 'image.name'], [2, 'x'])]));
    },
    Status: (stream) => answer(stream),
  }).start();
  const result = await runSolve(solveOptions(daemon, changes));
  if (failure) throw failure;
  return result;
}

function packet(message: Buffer | undefined): Packet {
  const decoded: Packet = { type: -1, id: 0, stat: undefined, data: undefined };
  decodePacket(message ?? Buffer.from([0x08, 0x63]), decoded);
  return decoded;
}

/** Reads the STATs of a transfer up to the empty one. */
async function readStats(call: SessionCall): Promise<string[]> {
  const paths: string[] = [];
  for (;;) {
    const { stat } = packet(await call.message(paths.length));
    if (!stat) return paths;
    paths.push(decodeStat(stat).path);
  }
}

/** Asks for a file and puts its DATA together. @param from messages read so far */
async function readFile(
  call: SessionCall,
  id: number,
  from: number,
): Promise<{ bytes: Buffer; read: number }> {
  call.send(request(id));
  const parts: Buffer[] = [];
  for (let read = from; ; read += 1) {
    const next = packet(await call.message(read));
    if (next.type !== 2 || next.id !== id)
      throw new Error(`packet ${next.type} for ${next.id}: ${next.data?.toString() ?? ''}`);
    if (!next.data) return { bytes: Buffer.concat(parts), read: read + 1 };
    parts.push(next.data);
  }
}

describe('session', () => {
  it('announces itself with one header a method and answers the health check', async () => {
    const { response } = await duringSolve(async (daemon) => {
      const raw = daemon.sessionRequest?.rawHeaders ?? [];
      const values = (name: string) =>
        raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
      expect(values('x-docker-expose-session-sharedkey')).toEqual(['/home/somebody/project']);
      expect(values('x-docker-expose-session-uuid')[0]).toMatch(/^[0-9a-f]{32}$/);
      expect(values('x-docker-expose-session-grpc-method').toSorted()).toEqual([
        '/grpc.health.v1.Health/Check',
        '/moby.buildkit.secrets.v1.Secrets/GetSecret',
        '/moby.filesync.v1.Auth/Credentials',
        '/moby.filesync.v1.Auth/FetchToken',
        '/moby.filesync.v1.Auth/GetTokenAuthority',
        '/moby.filesync.v1.Auth/VerifyTokenAuthority',
        '/moby.filesync.v1.FileSync/DiffCopy',
      ]);
      const health = await daemon.call('/grpc.health.v1.Health/Check');
      health.send(Buffer.alloc(0));
      health.end();
      expect(await health.message(0)).toEqual(Buffer.from([0x08, 0x01]));
      expect(await health.closed).toMatchObject({ status: '0' });
      const unknown = await daemon.call('/some.Service/Method');
      unknown.end();
      expect(await unknown.closed).toMatchObject({ status: '12' });
    });
    expect(response).toEqual({ 'image.name': 'x' });
  });

  it('hands out secrets, and NotFound by code for others', async () => {
    const binary = randomBytes(100_000);
    await duringSolve(
      async (daemon) => {
        const known = await daemon.call('/moby.buildkit.secrets.v1.Secrets/GetSecret');
        known.send(fields([1, 'ca']));
        known.end();
        expect(await known.message(0)).toEqual(fields([1, binary]));
        const unknown = await daemon.call('/moby.buildkit.secrets.v1.Secrets/GetSecret');
        unknown.send(fields([1, 'other']));
        unknown.end();
        expect(await unknown.closed).toMatchObject({ status: '5' });
      },
      { secrets: new Map([['ca', binary]]) },
    );
  });

  it('gives credentials by host and leaves tokens to the daemon', async () => {
    const credentials = async (host: string) =>
      host === 'r.example' ? { username: 'me', secret: 'pw' } : undefined;
    await duringSolve(
      async (daemon) => {
        const ask = async (host: string) => {
          const call = await daemon.call('/moby.filesync.v1.Auth/Credentials');
          call.send(fields([1, host]));
          call.end();
          return call.message(0);
        };
        expect(await ask('r.example')).toEqual(fields([1, 'me'], [2, 'pw']));
        expect(await ask('other.example')).toEqual(Buffer.alloc(0));
        const token = await daemon.call('/moby.filesync.v1.Auth/FetchToken');
        token.send(Buffer.alloc(0));
        token.end();
        expect(await token.closed).toMatchObject({ status: '12' });
      },
      { credentials },
    );
  });
});

describe('FileSync', () => {
  it('sends stats, then what is asked for, whatever its size', async () => {
    const disk = temporaryFolder();
    const sizes = [0, 1, 128 * 1024, 128 * 1024 + 1, 256 * 1024, 5 * 1024 * 1024 + 3];
    const contents = sizes.map((size) => randomBytes(size));
    const entries: ContextEntry[] = contents.flatMap((content, index) => {
      writeFileSync(join(disk, String(index)), content);
      return [onDisk(`d-${index}`, join(disk, String(index)), content), inMemory(`m-${index}`, content)];
    });
    entries.push(folder('ü'), inMemory('ü/🎉', 'party', 0o755), link('z', 'ü'));
    entries.sort((a, b) => comparePaths(a.path, b.path));
    const sent: number[] = [];
    await duringSolve(
      async (daemon) => {
        const call = await daemon.call(FILE_SYNC, { 'dir-name': 'context' });
        expect(await readStats(call)).toEqual(entries.map(({ path }) => path));
        let read = entries.length + 1;
        for (const [id, entry] of entries.entries()) {
          if (entry.kind !== 'file') continue;
          const file = await readFile(call, id, read);
          read = file.read;
          const expected =
            entry.path === 'ü/🎉' ? Buffer.from('party') : contents[Number(entry.path.slice(2))];
          expect(file.bytes.equals(expected ?? Buffer.alloc(0)), entry.path).toBe(true);
        }
        call.send(fin);
        expect(packet(await call.message(read)).type).toBe(3);
        expect(await call.closed).toMatchObject({ status: '0' });
      },
      {
        folders: new Map([['context', entries]]),
        onSend: (_name, counts, done) => {
          if (done) sent.push(counts.stats, counts.files, counts.bytes);
        },
      },
    );
    expect(sent).toEqual([entries.length, 13, 2 * sizes.reduce((sum, size) => sum + size) + 5]);
  });

  it('reads late files when their turn comes, and leaves out those that are none any more', async () => {
    const late = (path: string, there: boolean | Promise<boolean>): ContextEntry => ({
      ...inMemory(path, `${path}!`),
      settle: () => there,
    });
    const entries = [late('a', false), late('b', true), late('c', Promise.resolve(false))];
    entries.push(late('d', Promise.resolve(true)), inMemory('e', 'e!'));
    await duringSolve(
      async (daemon) => {
        const call = await daemon.call(FILE_SYNC, { 'dir-name': 'context' });
        expect(await readStats(call)).toEqual(['b', 'd', 'e']);
        let read = 4;
        // Ids count what was announced.
        for (const [id, content] of ['b!', 'd!', 'e!'].entries()) {
          const file = await readFile(call, id, read);
          read = file.read;
          expect(file.bytes.toString()).toBe(content);
        }
        call.send(fin);
        expect(await call.closed).toMatchObject({ status: '0' });
      },
      { folders: new Map([['context', entries]]) },
    );
  });

  it('fails with the reason for which a late file can’t be read', async () => {
    const reason = problem('PROJECT_UNREADABLE', 'cannot read b (EACCES)');
    const entries = [inMemory('a', ''), { ...inMemory('b', ''), settle: () => Promise.reject(reason) }];
    const solving = duringSolve(
      async (daemon) => {
        const call = await daemon.call(FILE_SYNC, { 'dir-name': 'context' });
        await call.closed;
        expect(packet(call.messages.at(-1)).type).toBe(4);
      },
      { folders: new Map([['context', entries]]) },
    );
    await expect(solving).rejects.toBe(reason);
  });

  it('honours patterns, also encoded ones and ones that hold commas', async () => {
    const entries = [inMemory('a, b', ''), inMemory('c', ''), inMemory('ü +', '')];
    await duringSolve(
      async (daemon) => {
        const ask = async (headers: Record<string, string | string[]>) => {
          const call = await daemon.call(FILE_SYNC, { 'dir-name': 'context', ...headers });
          const stats = await readStats(call);
          call.send(fin);
          return stats;
        };
        expect(await ask({ 'include-patterns': ['a, b', 'c'] })).toEqual(['a, b', 'c']);
        expect(await ask({ 'exclude-patterns': 'c' })).toEqual(['a, b', 'ü +']);
        expect(await ask({ followpaths: '%C3%BC+%2B', 'followpaths-encoded': '1' })).toEqual(['ü +']);
        const other = await daemon.call(FILE_SYNC, { 'dir-name': 'home' });
        expect(await other.closed).toMatchObject({ status: '5' });
      },
      { folders: new Map([['context', entries]]) },
    );
  });

  const LARGE = 300_000;
  it.each<[string, (file: string, before: Buffer) => void]>([
    ['grew', (file, before) => writeFileSync(file, Buffer.concat([before, Buffer.from('x')]))],
    ['shrank', (file, before) => writeFileSync(file, before.subarray(1))],
    ['was emptied', (file) => writeFileSync(file, '')],
    [
      'kept its size',
      (file, before) =>
        writeFileSync(file, Buffer.concat([Buffer.from([(before[0] ?? 0) ^ 1]), before.subarray(1)])),
    ],
    ['is gone', (file) => unlinkSync(file)],
  ])('never completes a file that %s since it was announced', async (_how, change) => {
    for (const size of [10, LARGE]) {
      const file = join(temporaryFolder(), 'data.bin');
      const before = randomBytes(size);
      writeFileSync(file, before);
      const entries = [onDisk('project/data.bin', file, before)];
      let completed = false;
      const solving = duringSolve(
        async (daemon) => {
          const call = await daemon.call(FILE_SYNC, { 'dir-name': 'context' });
          await readStats(call);
          change(file, before);
          call.send(request(0));
          await call.closed;
          completed = call.messages
            .slice(2)
            .some((message) => packet(message).type === 2 && !packet(message).data);
          expect(packet(call.messages.at(-1)).type).toBe(4);
        },
        { folders: new Map([['context', entries]]) },
      );
      await expect(solving).rejects.toMatchObject({
        code: 'CONTEXT_CHANGED',
        transient: true,
        message: expect.stringContaining('project/data.bin'),
      });
      expect(completed).toBe(false);
    }
  });

  it('refuses requests for what is no file, was not announced or was sent', async () => {
    const entries = [folder('d'), inMemory('f', 'x'), link('l', 'f')];
    for (const ids of [[0], [2], [3], [1, 1]]) {
      await expect(
        duringSolve(
          async (daemon) => {
            const call = await daemon.call(FILE_SYNC, { 'dir-name': 'context' });
            await readStats(call);
            call.send(...ids.map(request));
            expect(await call.closed).toMatchObject({ status: '3' });
          },
          { folders: new Map([['context', entries]]) },
        ),
      ).rejects.toThrow(`invalid file request ${ids.at(-1)}`);
    }
  });
});

describe('an end that is not the daemon’s success', () => {
  /** Descriptors of sockets that this process holds. */
  const openSockets = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap' || name === 'TCPSocketWrap').length;

  it('rejects at once with the signal’s reason when the daemon hangs, and closes its sockets', async () => {
    const before = openSockets();
    const cancelled = Promise.withResolvers<void>();
    const stop = new AbortController();
    const daemon = await new FakeDaemon({
      Solve: (stream) => {
        stream.on('close', () => cancelled.resolve());
        stop.abort(new Error('enough'));
      },
    }).start();
    const started = performance.now();
    await expect(runSolve(solveOptions(daemon, { signal: stop.signal }))).rejects.toThrow('enough');
    expect(performance.now() - started).toBeLessThan(1000);
    await cancelled.promise;
    daemon.die();
    await expect.poll(openSockets).toBeLessThanOrEqual(before + 1);
  });

  it('rejects when the signal is aborted before or while dialling', async () => {
    const daemon = await new FakeDaemon({}).start();
    await expect(
      runSolve(solveOptions(daemon, { signal: AbortSignal.abort(new Error('never')) })),
    ).rejects.toThrow('never');
    const stop = new AbortController();
    const solving = runSolve(solveOptions(daemon, { signal: stop.signal }));
    stop.abort(new Error('changed my mind'));
    await expect(solving).rejects.toThrow('changed my mind');
    await expect.poll(() => daemon.sockets.every((socket) => socket.destroyed)).toBe(true);
  });

  it('says so when the daemon dies', async () => {
    const daemon = await new FakeDaemon({ Solve: (_stream, self) => self.die() }).start();
    await expect(runSolve(solveOptions(daemon))).rejects.toMatchObject({
      code: expect.toSatisfy((code) => code === 'ENGINE_UNREACHABLE' || code === 14),
    });
  });

  it('takes the session’s end for the build’s, though the daemon says nothing', async () => {
    const daemon = await new FakeDaemon({ Solve: (_stream, self) => self.session?.destroy() }).start();
    await expect(runSolve(solveOptions(daemon))).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      transient: true,
    });
  });

  it('gives the daemon’s status', async () => {
    const daemon = await new FakeDaemon({
      Solve: (stream) => answer(stream, undefined, { 'grpc-status': '2', 'grpc-message': 'exit code: 3' }),
    }).start();
    await expect(runSolve(solveOptions(daemon))).rejects.toMatchObject({
      name: 'GrpcError',
      code: 2,
      message: 'exit code: 3',
    });
  });

  it('fails when the result was not sent', async () => {
    const output = temporaryFolder();
    const daemon = await new FakeDaemon({
      Solve: (stream) => answer(stream, Buffer.alloc(0)),
      Status: (stream) => answer(stream),
    }).start();
    await expect(
      runSolve(solveOptions(daemon, { exporter: { type: 'local', folder: output } })),
    ).rejects.toMatchObject({
      code: 'ENGINE_PROTOCOL',
    });
    expect(readdirSync(output)).toEqual([]);
  });

  it('tells an engine that is too old, is not there or may not be used', async () => {
    const { createServer } = await import('node:http');
    const { default: Docker } = await import('dockerode');
    const socketPath = join(temporaryFolder(), 'old.sock');
    const old = createServer((_request, response) =>
      response.writeHead(404).end('{"message":"page not found"}'),
    );
    await new Promise<void>((resolve) => old.listen(socketPath, resolve));
    const daemon = await new FakeDaemon({}).start();
    const at = (path: string) =>
      runSolve({ ...solveOptions(daemon), transport: upgradeTransport(new Docker({ socketPath: path })) });
    await expect(at(socketPath)).rejects.toMatchObject({ code: 'ENGINE_TOO_OLD' });
    old.close();
    await expect(at('/nonexistent/docker.sock')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    const dangling = join(temporaryFolder(), 'dangling.sock');
    symlinkSync(socketPath, dangling);
    await expect(at(dangling)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });
});
