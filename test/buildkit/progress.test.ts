import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { StatusResponseSchema, type StatusResponse } from '../../src/buildkit/gen/control_pb.ts';
import { BuildProgress } from '../../src/buildkit/progress/build-progress.ts';
import { LogLines } from '../../src/buildkit/progress/log-lines.ts';
import { parseVertexName } from '../../src/buildkit/progress/vertex-name.ts';
import type { BuildEvent } from '../../src/events.ts';

describe('vertex names', () => {
  it.each<[string, object]>([
    ['[install 2/3] RUN make', { kind: 'instruction', stage: 'install', index: 2, instruction: 'RUN make' }],
    [
      '[linux/amd64 install 2/3] RUN make',
      { kind: 'instruction', stage: 'install', index: 2, instruction: 'RUN make' },
    ],
    [
      '[linux/arm64->amd64 install 1/3] FROM x',
      { kind: 'instruction', stage: 'install', index: 1, instruction: 'FROM x' },
    ],
    ['[linux/arm/v7 2/3] COPY . /', { kind: 'instruction', index: 2, instruction: 'COPY . /' }],
    ['[2/2] RUN echo "[x 1/2] y"', { kind: 'instruction', index: 2, instruction: 'RUN echo "[x 1/2] y"' }],
    [
      '[stage-1 1/1] COPY --from=a /b /',
      { kind: 'instruction', stage: 'stage-1', index: 1, instruction: 'COPY --from=a /b /' },
    ],
    ['[internal] load build context', { kind: 'internal' }],
    ['[linux/amd64 internal] load metadata for x', { kind: 'internal' }],
    ['[auth] library/python:pull token', { kind: 'internal' }],
    ['exporting to client', { kind: 'other' }],
  ])('%s', (name, expected) => {
    expect(parseVertexName(name)).toEqual(expected);
  });
});

describe('log lines', () => {
  const lines = (...chunks: (string | Uint8Array)[]): string[] => {
    const read: string[] = [];
    const log = new LogLines((line) => read.push(line));
    for (const chunk of chunks) log.push(Buffer.from(chunk));
    log.end();
    return read;
  };

  it.each<[string, (string | Uint8Array)[], string[]]>([
    ['joins chunks', ['he', 'llo\nwor', 'ld'], ['hello', 'world']],
    ['keeps empty lines', ['a\n\nb\n'], ['a', '', 'b']],
    ['takes CRLF as a line break', ['a\r\nb\r\n'], ['a', 'b']],
    ['shows what a terminal would after carriage returns', ['10%\r50%\r100%\n'], ['100%']],
    ['takes colours and titles out', ['\x1b[31mred\x1b[0m \x1b]0;title\x07x\n'], ['red x']],
    ['takes other control characters out and leaves tabs', ['a\x00\tb\x08\x7f\n'], ['a\tb']],
    [
      'joins characters that are split over chunks',
      [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1), '\n'],
      ['é'],
    ],
    ['replaces what is no UTF-8', [Buffer.from([0x61, 0xff, 0x62, 0x0a])], ['a\ufffdb']],
  ])('%s', (_what, chunks, expected) => {
    expect(lines(...chunks)).toEqual(expected);
  });

  it('does not gather a line without end', () => {
    const read: string[] = [];
    const log = new LogLines((line) => read.push(line));
    for (let count = 0; count < 100; count += 1) log.push(Buffer.alloc(1000, 'x'));
    expect(read.length).toBeGreaterThan(3);
    log.end();
    expect(read.join('')).toBe('x'.repeat(100_000));
    expect(lines(...Array.from({ length: 100 }, (_, at) => `${'#'.repeat(1000)}${at}\r`), '\n')).toEqual([
      expect.stringMatching(/^#{1000}99$/),
    ]);
  });
});

const DOCKERFILE =
  'FROM base AS install\nCOPY a /\nRUN make\nFROM scratch AS out\nCOPY --from=install /a /\n';

/** Plays status messages and returns the events without their times. */
function play(
  titles: Record<string, string>,
  messages: StatusResponse[],
  error?: string,
  dockerfile = DOCKERFILE,
) {
  const events: BuildEvent[] = [];
  const progress = new BuildProgress({
    dockerfile,
    titles: new Map(Object.entries(titles)),
    onEvent: (event) => events.push(event),
  });
  for (const message of messages) progress.status(message);
  progress.end(error);
  return {
    progress,
    events: events.map(({ ...event }) => ('time' in event ? { ...event, time: 0 } : event)),
  };
}

const at = (seconds: number) => ({ seconds: BigInt(1_700_000_000 + seconds), nanos: 0 });
const vertexes = (...list: readonly Parameters<typeof create<typeof StatusResponseSchema>>[1][]) =>
  list.map((init) => create(StatusResponseSchema, init));

const COPY = { digest: 'c', name: '[install 2/3] COPY a /' };
const RUN = { digest: 'r', name: '[install 3/3] RUN make' };

describe('build progress', () => {
  it('tells a stage as one step, from its first instruction that runs to its last', () => {
    const { events, progress } = play(
      { install: 'install 3 packages' },
      vertexes(
        {
          vertexes: [
            COPY,
            RUN,
            { digest: 'i', name: '[internal] load build context', started: at(0), completed: at(0) },
          ],
        },
        { vertexes: [{ ...COPY, cached: true, started: at(1), completed: at(1) }] },
        { vertexes: [{ ...RUN, started: at(2) }] },
        { logs: [{ vertex: 'r', stream: 1n, msg: Buffer.from('one\ntw'), timestamp: at(3) }] },
        { logs: [{ vertex: 'r', stream: 2n, msg: Buffer.from('oops\n'), timestamp: at(3) }] },
        {
          vertexes: [{ ...RUN, started: at(2), completed: at(5) }],
          logs: [{ vertex: 'r', stream: 1n, msg: Buffer.from('o'), timestamp: at(4) }],
        },
      ),
    );
    const step = 'stage:install';
    const title = 'install 3 packages';
    expect(events).toEqual([
      { type: 'step-started', step, title, time: 0 },
      { type: 'log', step, stream: 'stdout', text: 'one', time: 0 },
      { type: 'log', step, stream: 'stderr', text: 'oops', time: 0 },
      { type: 'log', step, stream: 'stdout', text: 'two', time: 0 },
      { type: 'step-finished', step, title, time: 0, durationMs: 3000, cached: false },
    ]);
    expect(progress.counts).toEqual({ steps: 2, cachedSteps: 1, ran: ['install'] });
  });

  it('tells a cached stage in one go and untitled ones not at all', () => {
    const { events, progress } = play(
      { install: 'install' },
      vertexes(
        {
          vertexes: [
            COPY,
            RUN,
            { digest: 'o', name: '[out 1/1] COPY --from=install /a /', started: at(1), completed: at(2) },
          ],
        },
        {
          vertexes: [
            { ...COPY, cached: true, started: at(1), completed: at(1) },
            { ...RUN, cached: true, started: at(1), completed: at(1) },
          ],
        },
        { logs: [{ vertex: 'o', stream: 1n, msg: Buffer.from('quiet\n') }] },
      ),
    );
    expect(events).toMatchObject([
      { type: 'step-started' },
      { type: 'step-finished', cached: true, durationMs: 0 },
    ]);
    expect(progress.counts).toEqual({ steps: 3, cachedSteps: 2, ran: ['out'] });
  });

  it('leaves no step open when the build stops, and says why a step failed', () => {
    const failed = play(
      { install: 'install', out: 'collect' },
      vertexes(
        {
          vertexes: [
            { ...RUN, started: at(1) },
            { digest: 'o', name: '[out 1/1] COPY --from=install /a /', started: at(1) },
          ],
        },
        {
          vertexes: [
            {
              ...RUN,
              started: at(1),
              completed: at(2),
              error: 'executor failed running [make]: exit code: 2',
            },
          ],
        },
      ),
      'failed',
    );
    expect(failed.events.filter(({ type }) => type === 'step-finished')).toMatchObject([
      { step: 'stage:install', error: 'exit status 2' },
      { step: 'stage:out', error: 'failed' },
    ]);
  });

  it('knows the only stage of a Dockerfile, whose name the daemon leaves out', () => {
    const { events } = play(
      { install: 'install' },
      vertexes({ vertexes: [{ digest: 'r', name: '[2/2] RUN make', started: at(1), completed: at(2) }] }),
      undefined,
      'FROM base AS install\nRUN make\n',
    );
    expect(events).toMatchObject([
      { type: 'step-started', step: 'stage:install' },
      { type: 'step-finished' },
    ]);
  });

  it('counts the layers of a base image that is downloaded', () => {
    const from = { digest: 'f', name: '[install 1/3] FROM docker.io/library/python:3.12@sha256:0123' };
    const layer = (ID: string, current: bigint, total: bigint, name = 'downloading') => ({
      ID,
      vertex: 'f',
      name,
      current,
      total,
    });
    const { events } = play(
      { install: 'install' },
      vertexes(
        {
          vertexes: [{ ...from, started: at(1) }],
          statuses: [layer('resolve docker.io/x', 0n, 0n, 'resolve')],
        },
        { statuses: [layer('sha256:a', 10n, 100n), layer('sha256:b', 0n, 50n)] },
        { statuses: [layer('sha256:a', 100n, 100n)] },
        { vertexes: [{ ...from, started: at(1), completed: at(4) }] },
      ),
    );
    const step = 'pull:f';
    expect(events).toMatchObject([
      { type: 'step-started', step, title: 'download docker.io/library/python:3.12' },
      { type: 'progress', step, current: 10, total: 100 },
      { type: 'progress', step, current: 10, total: 150 },
      { type: 'progress', step, current: 100, total: 150 },
      { type: 'step-finished', step, cached: false },
    ]);
  });

  it('says that an old engine clipped the output, once, and keeps the mark', () => {
    const mark = '[output clipped, log limit 200KiB/s reached]';
    const { events, progress } = play(
      { install: 'install' },
      vertexes(
        { vertexes: [{ ...RUN, started: at(1) }] },
        { logs: [{ vertex: 'r', stream: 1n, msg: Buffer.from(`a\n${mark}\nb\n${mark}\n`) }] },
      ),
    );
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      {
        type: 'warning',
        code: 'LOG_CLIPPED',
        message: 'the engine left out part of the output of "install"',
      },
    ]);
    expect([...progress.vertexes][0]?.tail.lines).toContain(mark);
  });

  it('keeps the last 60 lines of a step', () => {
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('');
    const { progress } = play(
      {},
      vertexes({ vertexes: [RUN] }, { logs: [{ vertex: 'r', stream: 1n, msg: Buffer.from(text) }] }),
    );
    const { lines } = [...progress.vertexes][0]?.tail ?? { lines: [] };
    expect(lines).toHaveLength(60);
    expect(lines.at(0)).toBe('line 440');
    expect(lines.at(-1)).toBe('line 499');
  });

  it('tells of files on their way, and nothing when there are none', () => {
    const events: BuildEvent[] = [];
    const progress = new BuildProgress({
      dockerfile: DOCKERFILE,
      titles: new Map(),
      onEvent: (event) => events.push(event),
    });
    progress.sending('context', { stats: 9, files: 0, bytes: 0 }, true);
    progress.sending('dockerfile', { stats: 1, files: 1, bytes: 9 }, true);
    expect(events).toEqual([]);
    progress.sending('context', { stats: 9, files: 1, bytes: 10 }, false);
    progress.sending('context', { stats: 9, files: 2, bytes: 30 }, true);
    expect(events).toMatchObject([
      { type: 'step-started', step: 'context' },
      { type: 'progress', current: 10 },
      { type: 'progress', current: 30 },
      { type: 'step-finished', step: 'context', cached: false },
    ]);
  });
});
