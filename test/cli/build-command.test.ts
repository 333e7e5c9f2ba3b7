import { join } from 'node:path';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { bareEnvironment, ROOT, runProgram, type Run } from './run-cli.ts';

const FAKE = join(ROOT, 'test/cli/fake-builder.ts');

function run(part: string, argv: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  return runProgram(process.execPath, [FAKE, ...argv], {
    env: { FAKE: part, ...env },
    cwd: temporaryFolder(),
  });
}

test('a build tells people on stderr and leaves stdout alone', async () => {
  const { status, stdout, stderr } = await run('ok', ['ovenbird', 'build']);
  expect(status).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toContain('[1] install 14 packages for Python 3.12');
  expect(stderr).toContain('[1] | Downloading numpy 100%');
  expect(stderr).toContain('[1] done in 12.3 s');
  expect(stderr).toContain('warning: handler.py:1: a module is shadowed [W]');
  expect(stderr).toMatch(
    /Files packaged {2}42\n Dependencies {4}1\n Archive {9}\.flash\/artifact\.tar\.gz\n Size {12}45\.2 MB/,
  );
});

test('--json prints the result as one document', async () => {
  const { stdout } = await run('ok', ['ovenbird', 'build', '--json', '--progress', 'quiet']);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    target: 'flash',
    files: 42,
    artifact: { bytes: 45_200_000 },
  });
});

test('--progress quiet says nothing, errors excepted', async () => {
  expect((await run('ok', ['ovenbird', 'build', '--progress', 'quiet'])).stderr).toBe('');
  expect((await run('problems', ['ovenbird', 'build', '--progress', 'quiet'])).stderr).toContain(
    '[PYTHON_SYNTAX]',
  );
});

test('--progress json: every line of stderr parses, the error too', async () => {
  const { status, stderr } = await run('problems', ['ovenbird', 'build', '--progress', 'json']);
  const events = stderr
    .split('\n')
    .map((line) => JSON.parse(line) as { schema: number; type: string; code?: string });
  expect(events.map((each) => each.type)).toEqual(['step-started', 'log', 'error']);
  expect(events.every((each) => each.schema === 1)).toBe(true);
  expect(events.at(-1)?.code).toBe('PYTHON_SYNTAX');
  expect(status).toBe(1);
});

test('all problems are shown, with place, evidence and way out, and nothing reaches the terminal raw', async () => {
  const { status, stderr } = await run('problems', ['ovenbird', 'build', '--progress', 'quiet']);
  expect(status).toBe(1);
  expect(stderr).toBe(
    [
      '✗ app\\x1b[2J.py:3:7: invalid syntax [PYTHON_SYNTAX]',
      '    def f(:',
      '          ^',
      '  → fix the line',
      "✗ b.py:9: Duplicate route 'GET /x' [FLASH_DUPLICATE_ROUTE]",
    ].join('\n'),
  );
});

test('a defect of ours exits 70 and shows its trace only when asked', async () => {
  const plain = await run('defect', ['ovenbird', 'build', '--progress', 'quiet']);
  expect(plain.status).toBe(70);
  expect(plain.stderr).toContain('x is not a function [INTERNAL]');
  expect(plain.stderr).not.toContain('    at ');
  const debug = await run('defect', ['ovenbird', 'build', '--progress', 'quiet'], { OVENBIRD_DEBUG: '1' });
  expect(debug.stderr).toMatch(/caused by: TypeError: x is not a function\n\s+at /);
});

test('the options arrive as the library wants them', async () => {
  const argv =
    'build app --target flash --platform linux/arm64 --python 3.10 --base python:3.10 -o x.tar.gz --timeout 1h30m --no-cache --rebuild --no-verify --engine tcp://e:1 --ca c.pem';
  const { stdout } = await run('options', ['ovenbird', ...argv.split(' '), '--progress', 'quiet']);
  expect(JSON.parse(stdout)).toEqual({
    project: 'app',
    target: 'flash',
    platform: 'linux/arm64',
    python: '3.10',
    base: 'python:3.10',
    output: 'x.tar.gz',
    timeoutMs: 5_400_000,
    engine: 'tcp://e:1',
    caFile: 'c.pem',
    noCache: true,
    rebuild: true,
    verify: false,
  });
});

test('flash build --docker: the options of the drop-in', async () => {
  const argv =
    'flash build --docker --no-deps --exclude scipy,pandas --exclude pillow --python-version 3.11 -o a.tar.gz --keep-build';
  const { stdout } = await run('options', [...argv.split(' '), '--progress', 'quiet']);
  expect(JSON.parse(stdout)).toMatchObject({
    target: 'flash',
    python: '3.11',
    output: 'a.tar.gz',
    verify: true,
    targetOptions: { noDeps: true, exclude: ['scipy', 'pandas', 'pillow'], keepBuild: true },
  });
});

test.each([
  ['10m', 600_000],
  ['600', 600_000],
  ['90s', 90_000],
  ['0.5', 500],
  ['1.5h', 5_400_000],
])('--timeout %s is %d ms', async (text, ms) => {
  const { stdout } = await run('options', ['ovenbird', 'build', '--timeout', text, '--progress', 'quiet']);
  expect(JSON.parse(stdout)).toMatchObject({ timeoutMs: ms });
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks the build to stop; exit 130', async (signal) => {
  const { child, stderr, exit } = start('hang');
  await stderr.until('Downloading');
  child.kill(signal);
  expect(await exit).toEqual([130, null]);
  expect(stderr.text()).toContain('stopping…');
  expect(stderr.text()).toContain('[INTERRUPTED]');
});

test('the second signal ends it at once', async () => {
  const { child, stderr, exit } = start('deaf');
  await stderr.until('Downloading');
  child.kill('SIGINT');
  await stderr.until('stopping…');
  child.kill('SIGINT');
  expect(await exit).toEqual([130, null]);
});

function start(part: string) {
  const child = spawn(process.execPath, [FAKE, 'ovenbird', 'build', '--progress', 'plain'], {
    env: bareEnvironment({ FAKE: part }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const until = async (part_: string) => {
    while (!text.includes(part_)) await once(child.stderr, 'data');
  };
  return { child, stderr: { until, text: () => text }, exit: once(child, 'exit') };
}
