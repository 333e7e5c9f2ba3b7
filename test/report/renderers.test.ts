import { describe, expect, test } from 'vitest';
import type { BuildEvent } from '../../src/events.ts';
import { drawFrame } from '../../src/report/frame.ts';
import { createJsonReporter } from '../../src/report/json.ts';
import { createPlainReporter } from '../../src/report/plain.ts';
import { RunningSteps } from '../../src/report/steps.ts';
import { makeStyle } from '../../src/report/style.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { displayWidth } from '../../src/report/width.ts';

const time = 0;
const EVENTS: readonly BuildEvent[] = [
  { type: 'note', message: 'Python 3.12: from requires-python' },
  { type: 'step-started', step: 'r', title: 'resolve dependencies', time },
  { type: 'step-started', step: 's', title: 'send the context', time },
  { type: 'progress', step: 's', label: 'files', current: 12_000_000, total: 300_000_000 },
  { type: 'log', step: 'r', stream: 'stderr', text: 'Resolved 14 packages \u001b[2J', time },
  { type: 'step-finished', step: 'c', title: 'prepare uv', time, durationMs: 0, cached: true },
  { type: 'step-finished', step: 's', title: 'send the context', time, durationMs: 400, cached: false },
  {
    type: 'step-finished',
    step: 'r',
    title: 'resolve dependencies',
    time,
    durationMs: 1234,
    cached: false,
    error: 'exit status 1',
  },
  {
    type: 'warning',
    code: 'FLASH_SHADOWED',
    message: 'handler.py hides the worker\u0007',
    hint: 'rename it',
    location: { file: 'handler.py', line: 1 },
  },
  { type: 'artifact', path: '/p/.flash/artifact.tar.gz', bytes: 1_500_000, digest: 'sha256:ab' },
];

function collect() {
  const pieces: string[] = [];
  return { stream: { write: (text: string) => pieces.push(text) }, text: () => pieces.join('') };
}

test('plain: a line each, the step in front', () => {
  const { stream, text } = collect();
  const reporter = createPlainReporter({ stream, color: false });
  EVENTS.forEach((event) => reporter.onEvent(event));
  const lines = text().trimEnd().split('\n');
  expect(lines.filter((line) => !line.includes('files 12.0 MB'))).toEqual([
    'Python 3.12: from requires-python',
    '[1] resolve dependencies',
    '[2] send the context',
    '[1] | Resolved 14 packages ',
    '[3] prepare uv: cached',
    '[2] done in 0.4 s',
    '[1] failed: exit status 1',
    'warning: handler.py:1: handler.py hides the worker\\x07 [FLASH_SHADOWED]',
    '  → rename it',
    '/p/.flash/artifact.tar.gz (1.5 MB, sha256:ab)',
  ]);
});

test('json: each event with its schema', () => {
  const { stream, text } = collect();
  const reporter = createJsonReporter({ stream, color: false });
  EVENTS.forEach((event) => reporter.onEvent(event));
  const lines = text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toEqual(EVENTS.map((event) => ({ schema: 1, ...event })));
});

describe('the redrawn part of the screen', () => {
  const running = new RunningSteps(4);
  running.apply({ type: 'step-started', step: 'a', title: 'install 14 packages for Python 3.12', time }, 0);
  running.apply({ type: 'step-started', step: 'b', title: '日本語の長い名前のステップを実行する', time }, 0);
  running.apply({ type: 'progress', step: 'b', label: 'files', current: 12_000_000, total: 300_000_000 }, 0);
  for (let line = 1; line <= 6; line += 1) {
    running.apply(
      { type: 'log', step: 'a', stream: 'stdout', text: `line ${line} ${'wide 日本 '.repeat(20)}`, time },
      0,
    );
  }
  const draw = (columns: number, rows: number) =>
    drawFrame({ steps: running.all, now: 2500, started: 0, columns, rows, style: makeStyle(false) }).split(
      '\n',
    );

  test('titles, elapsed time, progress, last lines', () => {
    const lines = draw(80, 24);
    expect(lines[0]).toMatch(/^. install 14 packages for Python 3\.12 2\.5 s$/);
    expect(lines[1]).toMatch(/^ {4}line 3 wide/);
    expect(lines.at(-1)).toMatch(/files 12\.0 MB of 300\.0 MB {2}2\.5 s$/);
  });

  test.each([
    [80, 24],
    [40, 10],
    [20, 5],
    [10, 4],
    [3, 3],
    [1, 1],
  ])('%d × %d: no line too long, not too many', (columns, rows) => {
    const lines = draw(columns, rows);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThan(Math.max(columns, 2));
    expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 2));
  });

  test('more steps than rows', () => {
    const many = new RunningSteps(4);
    for (let step = 0; step < 30; step += 1)
      many.apply({ type: 'step-started', step: String(step), title: `step ${step}`, time }, 0);
    const lines = drawFrame({
      steps: many.all,
      now: 0,
      started: 0,
      columns: 80,
      rows: 10,
      style: makeStyle(false),
    }).split('\n');
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('  … and 23 more');
  });
});

test('the summary', () => {
  const text = renderSummary({
    cwd: '/p',
    style: makeStyle(false),
    result: {
      schema: 1,
      target: 'flash',
      project: '/p',
      name: 'my-app',
      python: '3.12',
      platform: 'linux/amd64',
      base: 'python:3.12-slim-bookworm',
      artifact: { kind: 'file', path: '/p/.flash/artifact.tar.gz', bytes: 45_200_000, digest: 'sha256:ab' },
      files: 42,
      packages: [
        { name: 'six', version: '1.17.0', bytes: 60_000 },
        { name: 'pillow', version: '11.0.0', bytes: 18_000_000 },
        { name: 'numpy', version: '2.1.0', bytes: 62_000_000 },
      ],
      excluded: ['torch', 'tri\u001bton'],
      endpoints: [
        { name: 'resize', kind: 'queue', functions: ['resize'], file: 'main.py', line: 7 },
        { name: 'api', kind: 'load-balanced', functions: ['hello', 'add'], file: 'web/api.py', line: 3 },
      ],
      warnings: [],
      notes: [],
      durationMs: 12_345,
      cachedSteps: 7,
      steps: 9,
      engine: 'Docker Engine 28.5.2',
    },
  });
  expect(text).toBe(`
 Application     my-app
 Files packaged  42
 Dependencies    3
 Archive         .flash/artifact.tar.gz
 Size            45.2 MB
 Python          3.12
 Time            12.3 s (7 of 9 steps cached)
 Biggest         numpy 2.1.0 (62.0 MB), pillow 11.0.0 (18.0 MB)
 Excluded        torch, tri\\x1bton

 2 endpoints
   resize  queue          resize      main.py:7
   api     load-balanced  hello, add  web/api.py:3

✓ my-app built
`);
});
