import { lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { runSolve } from '../../src/buildkit/solve.ts';
import { temporaryFolder } from '../temporary.ts';
import { FakeDaemon, answer, solveOptions } from './fake-daemon.ts';
import { type StatFields, data, endOfStats, fields, fin, stat } from './packets.ts';

const FILE_SEND = '/moby.filesync.v1.FileSend/DiffCopy';
const DIRECTORY = 2 ** 31;
const SYMLINK = 2 ** 27;

interface Place {
  /** What the exporter is given. */
  readonly output: string;
  /** Beside it: nothing may appear or change here. */
  readonly outside: string;
}

function places(): Place {
  const root = temporaryFolder();
  const output = join(root, 'output');
  const outside = join(root, 'outside');
  for (const each of [output, outside]) mkdirSync(each);
  return { output, outside };
}

async function receive(
  type: 'local' | 'tar',
  { output }: Place,
  send: (daemon: FakeDaemon) => Promise<void>,
): Promise<void> {
  const daemon = await new FakeDaemon({
    Solve: async (stream, self) => {
      await send(self);
      answer(stream, Buffer.alloc(0));
    },
    Status: (stream) => answer(stream),
  }).start();
  await runSolve(solveOptions(daemon, { exporter: { type, folder: output } }));
}

/** Plays the sending side of fsutil: all stats, then whatever is asked for. */
function sendTree(entries: readonly (StatFields & { content?: string })[], options: { chunk?: number } = {}) {
  return async (daemon: FakeDaemon): Promise<void> => {
    const call = await daemon.call(FILE_SEND);
    call.send(...entries.map(stat), endOfStats);
    for (let index = 0; ; index += 1) {
      const message = await call.message(index);
      if (!message) return;
      if (message[1] === 3) break;
      const id = message[2] === undefined ? 0 : Number(message[3]);
      const content = Buffer.from(entries[id]?.content ?? '');
      const chunk = options.chunk ?? 32_768;
      for (let at = 0; at < content.length; at += chunk)
        call.send(data(id, content.subarray(at, at + chunk)));
      call.send(data(id, ''));
    }
    call.send(fin);
    call.end();
    await call.closed;
  };
}

function sendTar(
  entries: readonly (Partial<Header> & { name: string; content?: string | Buffer })[],
  cut = 0,
) {
  return async (daemon: FakeDaemon): Promise<void> => {
    const archive = pack();
    for (const { content, ...header } of entries) archive.entry(header, content ?? '');
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    const call = await daemon.call(FILE_SEND);
    const bytes = all.subarray(0, all.length - cut);
    for (let at = 0; at < bytes.length; at += 100_000)
      call.send(fields([1, bytes.subarray(at, at + 100_000)]));
    call.end();
    await call.closed;
  };
}

describe('local exporter', () => {
  it('writes files, folders, links, modes and times', async () => {
    const place = places();
    await receive(
      'local',
      place,
      sendTree([
        { path: 'a', mode: DIRECTORY + 0o555 },
        { path: 'a/empty', mode: 0o600 },
        { path: 'a/run', mode: 0o4755, size: 100_000, content: 'r'.repeat(100_000) },
        { path: 'b', mode: DIRECTORY + 0o755 },
        { path: 'b/again', linkname: 'a/run', mode: 0o755 },
        { path: 'b/link', mode: SYMLINK + 0o777, linkname: '/etc/passwd' },
        { path: 'ü 🎉', size: 2, content: 'hi' },
      ]),
    );
    const at = (name: string) => join(place.output, name);
    expect(readFileSync(at('a/run'), 'utf8')).toBe('r'.repeat(100_000));
    expect(statSync(at('a/run')).mode & 0o7777).toBe(0o755);
    expect(statSync(at('a/run')).mtimeMs).toBeCloseTo(1_600_000_000_123.456, 0);
    expect(statSync(at('a')).mode & 0o7777).toBe(0o555);
    expect(statSync(at('a')).mtimeMs).toBeCloseTo(1_600_000_000_123.456, 0);
    expect(statSync(at('a/empty'))).toMatchObject({ size: 0 });
    expect(statSync(at('b/again')).ino).toBe(statSync(at('a/run')).ino);
    expect(readlinkSync(at('b/link'))).toBe('/etc/passwd');
    expect(readFileSync(at('ü 🎉'), 'utf8')).toBe('hi');
  });

  const dir = (path: string) => ({ path, mode: DIRECTORY + 0o755 });
  it.each<[string, readonly (StatFields & { content?: string })[]]>([
    ['an absolute path', [{ path: '/OUT/x', size: 1, content: 'x' }]],
    ['a path upwards', [{ path: '../outside/x', size: 1, content: 'x' }]],
    ['a path down and upwards', [dir('d'), { path: 'd/../../outside/x', size: 1, content: 'x' }]],
    ['only dots', [dir('..')]],
    ['a path with empty parts', [dir('d'), { path: 'd//x', size: 1, content: 'x' }]],
    ['a path without its folder', [{ path: 'd/x', size: 1, content: 'x' }]],
    ['NUL', [{ path: 'a\0b', size: 1, content: 'x' }]],
    ['bytes that are no UTF-8', [{ path: Buffer.from([0x61, 0xff]), size: 1, content: 'x' }]],
    ['an empty path', [{ path: '', mode: 0o644, size: 1, content: 'x' }]],
    [
      'writing through a link',
      [
        { path: 'l', mode: SYMLINK + 0o777, linkname: '../outside' },
        { path: 'l/x', size: 1, content: 'x' },
      ],
    ],
    [
      'a folder over a link',
      [
        { path: 'l', mode: SYMLINK + 0o777, linkname: '../outside' },
        dir('l'),
        { path: 'l/x', size: 1, content: 'x' },
      ],
    ],
    [
      'a file over a link',
      [
        { path: 'l', mode: SYMLINK + 0o777, linkname: '../outside/x' },
        { path: 'l', size: 1, content: 'x' },
      ],
    ],
    ['a hard link to outside', [{ path: 'h', linkname: '/etc/passwd' }]],
    ['a hard link upwards', [{ path: 'h', linkname: '../outside/keep' }]],
    [
      'a hard link to a link',
      [
        { path: 'l', mode: SYMLINK + 0o777, linkname: '../outside/keep' },
        { path: 'm', linkname: 'l' },
      ],
    ],
    ['a device', [{ path: 'dev', mode: 2 ** 26 + 0o666 }]],
    ['a character device', [{ path: 'dev', mode: 2 ** 26 + 2 ** 21 + 0o666 }]],
    ['a fifo', [{ path: 'pipe', mode: 2 ** 25 + 0o666 }]],
    ['a socket', [{ path: 'socket', mode: 2 ** 24 + 0o666 }]],
    [
      'a name twice',
      [
        { path: 'x', size: 1, content: 'x' },
        { path: 'x', size: 1, content: 'y' },
      ],
    ],
    ['more bytes than announced', [{ path: 'x', size: 1, content: 'xx' }]],
    ['fewer bytes than announced', [{ path: 'x', size: 3, content: 'xx' }]],
  ])('refuses %s', async (_what, entries) => {
    const place = places();
    await expect(receive('local', place, sendTree(entries))).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
    expect(readdirSync(place.outside)).toEqual([]);
    expect(lstatSync(place.outside).isDirectory()).toBe(true);
  });

  it('refuses data that nobody asked for, an early end and an endless list', async () => {
    const send =
      (...messages: Buffer[]) =>
      async (daemon: FakeDaemon) => {
        const call = await daemon.call(FILE_SEND);
        call.send(...messages);
        call.end();
        await call.closed;
      };
    await expect(receive('local', places(), send(data(7, 'x')))).rejects.toThrow('nobody asked for');
    await expect(receive('local', places(), send(stat({ path: 'x', size: 3 }), endOfStats))).rejects.toThrow(
      'ended the transfer',
    );
    await expect(
      receive('local', places(), send(stat({ path: 'x', size: 3 }), endOfStats, fin)),
    ).rejects.toThrow('before its files');
    await expect(
      receive('local', places(), send(fields([1, 4], [4, 'no space left on device']))),
    ).rejects.toThrow('no space left');
    await expect(receive('local', places(), send(endOfStats, stat({ path: 'x' })))).rejects.toThrow(
      'after the end of its list',
    );
  });
});

describe('tar exporter', () => {
  it('unpacks files, folders, links, modes and times', async () => {
    const place = places();
    const big = Buffer.alloc(3_000_000, 'abc');
    const mtime = new Date(1_600_000_000_000);
    await receive(
      'tar',
      place,
      sendTar([
        { name: './', type: 'directory', mode: 0o755 },
        { name: 'd/', type: 'directory', mode: 0o555, mtime },
        { name: 'd/big', mode: 0o4755, mtime, content: big },
        { name: 'd/empty', mode: 0o600 },
        { name: 'h', type: 'link', linkname: 'd/big' },
        { name: 'l', type: 'symlink', linkname: '../nowhere' },
        { name: `${'long-'.repeat(40)}ü`, content: 'x' },
      ]),
    );
    const at = (name: string) => join(place.output, name);
    expect(readFileSync(at('d/big')).equals(big)).toBe(true);
    expect(statSync(at('d/big'))).toMatchObject({ mtimeMs: mtime.getTime(), nlink: 2 });
    expect(statSync(at('d/big')).mode & 0o7777).toBe(0o755);
    expect(statSync(at('d')).mode & 0o7777).toBe(0o555);
    expect(statSync(at('d/empty')).size).toBe(0);
    expect(readlinkSync(at('l'))).toBe('../nowhere');
    expect(readFileSync(at(`${'long-'.repeat(40)}ü`), 'utf8')).toBe('x');
  });

  it.each<[string, readonly (Partial<Header> & { name: string; content?: string })[]]>([
    ['an absolute path', [{ name: '/x', content: 'x' }]],
    ['a path upwards', [{ name: '../outside/x', content: 'x' }]],
    [
      'a path through a link',
      [
        { name: 'l', type: 'symlink', linkname: '../outside' },
        { name: 'l/x', content: 'x' },
      ],
    ],
    [
      'a file over a link',
      [
        { name: 'l', type: 'symlink', linkname: '../outside/x' },
        { name: 'l', content: 'x' },
      ],
    ],
    ['a hard link to outside', [{ name: 'h', type: 'link', linkname: '../outside/keep' }]],
    [
      'a hard link to a link',
      [
        { name: 'l', type: 'symlink', linkname: '/etc/passwd' },
        { name: 'h', type: 'link', linkname: 'l' },
      ],
    ],
    ['a device', [{ name: 'dev', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a fifo', [{ name: 'pipe', type: 'fifo' }]],
    [
      'a name twice',
      [
        { name: 'x', content: 'x' },
        { name: 'x', content: 'y' },
      ],
    ],
  ])('refuses %s', async (_what, entries) => {
    const place = places();
    await expect(receive('tar', place, sendTar(entries))).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
    expect(readdirSync(place.outside)).toEqual([]);
  });

  it('fails when the stream is cut', async () => {
    await expect(
      receive('tar', places(), sendTar([{ name: 'x', content: 'x'.repeat(5000) }], 4000)),
    ).rejects.toThrow(/unexpected end/i);
  });

  it('leaves no descriptor open when it fails in the middle of a file', async () => {
    const before = readdirSync('/proc/self/fd').length;
    await expect(
      receive('tar', places(), async (daemon) => {
        const call = await daemon.call(FILE_SEND);
        const archive = pack();
        archive.entry({ name: 'x' }, Buffer.alloc(10_000));
        archive.finalize();
        const chunks: Buffer[] = [];
        for await (const chunk of archive) chunks.push(chunk as Buffer);
        call.send(fields([1, Buffer.concat(chunks).subarray(0, 2000)]), Buffer.from([0x0a, 0xff]));
        await call.closed;
      }),
    ).rejects.toThrow('malformed');
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 6);
  });
});
