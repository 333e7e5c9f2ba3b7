import { createHash } from 'node:crypto';
import { statSync, utimesSync, writeFileSync, readFileSync, readlinkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inMemory, link, onDisk } from '../buildkit/fake-daemon.ts';
import { temporaryFolder } from '../temporary.ts';
import { BASE, composed, freshKey, salt, solveRaw } from './buildkit-fixtures.ts';
import { CacheSweeper, dockerAt } from '../engine-cache.ts';
import { testEngines } from './engines.ts';

const COPY_ALL = 'FROM scratch\nCOPY . /\n';

describe.each(testEngines())('context on Engine $name', ({ address }) => {
  const sweeper = new CacheSweeper(dockerAt(address), 4_000_000);
  beforeAll(() => sweeper.start());
  afterAll(() => sweeper.sweep());

  it('brings names, links, modes, empty and large files through unchanged', async () => {
    const big = Buffer.alloc(9 * 1024 * 1024 + 7, 'big');
    const names = [
      'a',
      'a b',
      'a.b',
      'a!b/x',
      'a/z',
      'é',
      'z/ü/文',
      '\ue000',
      '\uffee',
      '\u{10000}',
      '🎉/🎈',
      'comma, star*',
      'new\nline',
      'quote\'"',
    ];
    const entries = composed([
      ...names.filter((name) => name !== 'a').map((name) => inMemory(name, `content of ${name}`)),
      inMemory('empty', ''),
      inMemory('run', '#!/bin/sh\n', 0o755),
      inMemory('big', big),
      link('link', 'z/ü/文'),
      link('z/up', '../run'),
    ]);
    const { output, sent } = await solveRaw(address, { dockerfile: COPY_ALL, entries });
    const at = (name: string) => join(output, name);
    for (const name of names.filter((each) => each !== 'a'))
      expect(readFileSync(at(name), 'utf8')).toBe(`content of ${name}`);
    expect(readFileSync(at('empty'))).toHaveLength(0);
    expect(readFileSync(at('big')).equals(big)).toBe(true);
    expect(statSync(at('run')).mode & 0o777).toBe(0o755);
    expect(statSync(at('empty')).mode & 0o777).toBe(0o644);
    expect(readlinkSync(at('link'))).toBe('z/ü/文');
    expect(readlinkSync(at('z/up'))).toBe('../run');
    expect(sent.stats).toBe(entries.length);
    expect(sent.files).toBe(entries.filter(({ kind }) => kind === 'file').length);
  });

  it('sends unchanged files once, and an edit of the same size and time always', async () => {
    const disk = temporaryFolder();
    const write = (content: string) => {
      writeFileSync(join(disk, 'app.py'), content);
      utimesSync(join(disk, 'app.py'), 1_600_000_000, 1_600_000_000);
    };
    const entries = (content: string) =>
      composed([
        onDisk('project/app.py', join(disk, 'app.py'), content),
        inMemory('project/big.bin', Buffer.alloc(500_000, 7)),
        inMemory('project/none', ''),
      ]);
    const sharedKey = freshKey();
    const solve = (content: string) =>
      solveRaw(address, { dockerfile: COPY_ALL, entries: entries(content), sharedKey });

    write('VALUE = 1\n');
    const first = await solve('VALUE = 1\n');
    expect(first.sent.files).toBe(3);
    const second = await solve('VALUE = 1\n');
    expect(second.sent).toMatchObject({ files: 0, bytes: 0 });
    write('VALUE = 2\n');
    const third = await solve('VALUE = 2\n');
    expect(third.sent).toMatchObject({ files: 1, bytes: 10 });
    expect(readFileSync(join(third.output, 'project/app.py'), 'utf8')).toBe('VALUE = 2\n');
    write('VALUE = 1\n');
    const fourth = await solve('VALUE = 1\n');
    expect(readFileSync(join(fourth.output, 'project/app.py'), 'utf8')).toBe('VALUE = 1\n');
  });

  it('a file that changes while it is sent leaves nothing wrong behind', async () => {
    const file = join(temporaryFolder(), 'app.py');
    const sharedKey = freshKey();
    writeFileSync(file, 'VALUE = 2\n');
    // The scan saw 1; by the time of sending it is 2.
    const lie = composed([onDisk('app.py', file, 'VALUE = 1\n')]);
    await expect(solveRaw(address, { dockerfile: COPY_ALL, entries: lie, sharedKey })).rejects.toMatchObject({
      code: 'CONTEXT_CHANGED',
    });
    writeFileSync(file, 'VALUE = 1\n');
    const { output, sent } = await solveRaw(address, { dockerfile: COPY_ALL, entries: lie, sharedKey });
    expect(sent.files).toBe(1);
    expect(readFileSync(join(output, 'app.py'), 'utf8')).toBe('VALUE = 1\n');
  });

  it('sends only what the Dockerfile names', async () => {
    const entries = composed([
      inMemory('plan/steps.json', '{}'),
      inMemory('project/app.py', 'app'),
      inMemory('project/data/a.bin', 'a'),
      inMemory('toolkit/pack/pack.py', 'pack'),
      inMemory('toolkit/install/install.py', 'install'),
      link('toolkit/current', 'pack'),
    ]);
    const named = await solveRaw(address, {
      dockerfile: 'FROM scratch\nCOPY plan/steps.json /\nCOPY project/*.py /\n',
      entries,
    });
    expect(named.sent).toMatchObject({ files: 2, bytes: 5 });
    expect(readdirSync(named.output).toSorted()).toEqual(['app.py', 'steps.json']);
    const mounted = await solveRaw(address, {
      dockerfile: `FROM ${BASE} AS a\nRUN --mount=type=bind,source=toolkit/pack,target=/mnt/t cp /mnt/t/pack.py /x; ${salt()}\nFROM scratch\nCOPY --from=a /x /\n`,
      entries,
    });
    expect(mounted.sent).toMatchObject({ files: 1 });
    const followed = await solveRaw(address, {
      dockerfile: 'FROM scratch\nCOPY toolkit/current/pack.py /\n',
      entries,
    });
    expect(readFileSync(join(followed.output, 'pack.py'), 'utf8')).toBe('pack');
  });

  it('honours a .dockerignore with exceptions as the daemon reads it', async () => {
    const entries = composed([
      inMemory('.dockerignore', '**/*.log\ndata\n!data/keep.txt\n'),
      inMemory('a.log', ''),
      inMemory('app.py', ''),
      inMemory('data/drop.txt', ''),
      inMemory('data/keep.txt', ''),
      inMemory('sub/b.log', ''),
      inMemory('sub/c.txt', ''),
    ]);
    const { output } = await solveRaw(address, { dockerfile: COPY_ALL, entries });
    expect(readdirSync(output, { recursive: true }).map(String).toSorted()).toEqual([
      '.dockerignore',
      'app.py',
      'data',
      'data/keep.txt',
      'sub',
      'sub/c.txt',
    ]);
  });

  it('carries tens of thousands of files', { timeout: 120_000 }, async () => {
    const disk = temporaryFolder();
    const entries = composed(
      Array.from({ length: 20_000 }, (_, index) => {
        const content = `file ${index}`;
        if (index % 10 > 0) return inMemory(`d${index % 100}/f${index}`, content);
        writeFileSync(join(disk, String(index)), content);
        return onDisk(`d${index % 100}/f${index}`, join(disk, String(index)), content);
      }),
    );
    const sharedKey = freshKey();
    /** The engine's copies of contexts that were not there before. */
    const copies = async (known: ReadonlySet<string>): Promise<Set<string>> => {
      const { BuildCache } = (await dockerAt(address).df()) as { BuildCache: { ID: string; Type: string }[] };
      const local = BuildCache.filter(({ ID, Type }) => Type === 'source.local' && !known.has(ID));
      return new Set(local.map(({ ID }) => ID));
    };
    const before = await copies(new Set());
    const dockerfile = `FROM ${BASE} AS a\nCOPY . /c/\nRUN find /c -type f | LC_ALL=C sort | xargs cat | sha256sum > /sum; ${salt()}\nFROM scratch\nCOPY --from=a /sum /\n`;
    const { output, sent } = await solveRaw(address, { dockerfile, entries, sharedKey });
    expect(sent.files).toBe(20_000);
    const files = entries.flatMap((entry) => (entry.kind === 'file' ? [entry.path] : []));
    const hash = createHash('sha256');
    for (const path of files.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      hash.update(`file ${path.split('f').at(-1)}`);
    expect(readFileSync(join(output, 'sum'), 'utf8')).toContain(hash.digest('hex'));
    // A full cache is tidied up at any time. What an engine still holds is never sent again; of
    // what it dropped meanwhile nothing can be said, so it is given another copy.
    for (let held = await copies(before); ; held = await copies(before)) {
      const again = await solveRaw(address, { dockerfile, entries, sharedKey });
      const left = await copies(before);
      if (held.size === 0 || ![...held].every((id) => left.has(id))) continue;
      expect(again.sent.files).toBe(0);
      return;
    }
  });

  it.each(['local', 'tar'] as const)('receives the same by the %s exporter', async (type) => {
    const output = temporaryFolder();
    const dockerfile = `FROM ${BASE} AS a
RUN mkdir -p /o/d/e && head -c 5000000 /dev/zero > /o/big && echo x > /o/d/x && chmod 700 /o/d/x && ln -s d/x /o/l && ln /o/d/x /o/h && touch /o/d/empty
FROM scratch
COPY --from=a /o /
`;
    await solveRaw(address, { dockerfile, exporter: { type, folder: output } });
    expect(readdirSync(output, { recursive: true }).map(String).toSorted()).toEqual([
      'big',
      'd',
      'd/e',
      'd/empty',
      'd/x',
      'h',
      'l',
    ]);
    expect(statSync(join(output, 'big')).size).toBe(5_000_000);
    expect(statSync(join(output, 'd/x')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(output, 'h'), 'utf8')).toBe('x\n');
    expect(readlinkSync(join(output, 'l'))).toBe('d/x');
    expect(statSync(join(output, 'd/empty')).size).toBe(0);
  });
});
