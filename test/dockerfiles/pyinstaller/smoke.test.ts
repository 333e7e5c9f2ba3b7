import { describe, expect, test } from 'vitest';
import { isRunning, script, smoke } from './smoke-step.ts';

const sh = (...lines: string[]): string => ['#!/bin/bash', ...lines, ''].join('\n');

describe.skipIf(process.platform !== 'linux')('the smoke step', () => {
  test('tells how a program ended, what it said on each stream, and when', async () => {
    const run = await smoke({ tool: sh('echo one; echo bad >&2; sleep 0.3; echo two; exit 7') });
    expect(run).toMatchObject({
      status: '7',
      reason: 'exited',
      stdout: 'one\ntwo\n',
      stderr: 'bad\n',
      http: '',
      program: 'tool',
      own: { status: 0, said: '' },
    });
    expect(run.milliseconds).toBeGreaterThanOrEqual(300);
    expect(run.milliseconds).toBeLessThan(3000);
  });

  test('hands over every argument as it was written', async () => {
    const given = ['a b', '', `it's "$(touch x)" \`id\``, 'two\nlines', '--x=*', '-n', '\\', 'ü', ''];
    const run = await smoke({ tool: sh(`printf '%s\\0' "$#" "$@"`) }, { arguments: given });
    expect(run.stdout.split('\0')).toEqual([String(given.length), ...given, '']);
  });

  test('runs without arguments when there are none', async () => {
    const run = await smoke({ tool: sh('echo $#') }, { arguments: [] });
    expect(run.stdout).toBe('0\n');
  });

  test('runs a program whose folder or name no shell would like', async () => {
    const name = `it's "my=app" $(x)/it's "my=app" $(x)`;
    const run = await smoke({ [name]: sh('echo fine') }, { program: name });
    expect(run).toMatchObject({ status: '0', stdout: 'fine\n', program: name });
  });

  test('gives it a clean environment, and empty folders that it may write to', async () => {
    const program = await script([
      'import os, signal, sys',
      'print(sorted(os.environ), os.listdir("."), os.environ["LANG"], os.environ["TERM"])',
      'for name in ("HOME", "TMPDIR"):',
      '    assert os.listdir(os.environ[name]) == [], name',
      '    with open(os.path.join(os.environ[name], "x"), "w") as file: file.write("x")',
      'open("x", "w").close()',
      'print(repr(sys.stdin.read()), signal.getsignal(signal.SIGINT) is signal.default_int_handler)',
      '# Nothing of ours is open in it but its output.',
      'links = [os.path.realpath("/proc/self/fd/" + name) for name in os.listdir("/proc/self/fd")]',
      'print(sorted(link.split("/")[-1] for link in links if "ovenbird-test" in link))',
    ]);
    const { stdout, stderr } = await smoke({ tool: program });
    expect({ stdout, stderr }).toEqual({
      stdout:
        "['HOME', 'LANG', 'PATH', 'PWD', 'TERM', 'TMPDIR'] [] C.UTF-8 dumb\n'' True\n['stderr', 'stdout']\n",
      stderr: '',
    });
  });

  test('keeps the last 64 KiB of what is printed without end, and lets the program print it', async () => {
    const lines = [
      'line = b"x" * 1023 + b"\\n"',
      'for _ in range(200 * 1024): write(line)',
      'write(b"last")',
    ];
    const run = await smoke(
      { tool: await script(['import os', 'def write(data): os.write(1, data)', ...lines]) },
      { timeout: '60' },
    );
    expect(run).toMatchObject({ status: '0', reason: 'exited', stderr: '' });
    expect(run.stdout).toHaveLength(65536);
    expect(run.stdout.endsWith('xxx\nlast')).toBe(true);
  }, 60_000);

  test('ends what takes too long', async () => {
    const run = await smoke({ tool: sh('echo $$; exec sleep 60') }, { timeout: '2' });
    expect(run).toMatchObject({ status: 'running', reason: 'timeout', milliseconds: 2000 });
    expect(isRunning(run.stdout)).toBe(false);
  });

  test('kills what does not want to go', async () => {
    const lines = [
      'import os, signal, time',
      'signal.signal(signal.SIGTERM, lambda *_: print("no", flush=True))',
    ];
    const run = await smoke(
      { tool: await script([...lines, 'print(os.getpid(), flush=True)', 'while True: time.sleep(1)']) },
      { timeout: '2' },
    );
    expect(run).toMatchObject({ status: 'running', reason: 'timeout' });
    const [id = '', ...said] = run.stdout.trim().split('\n');
    // Asked once, not over and over.
    expect(said).toEqual(['no']);
    expect(isRunning(id)).toBe(false);
  });

  test('lets nothing run on that a program has left behind', async () => {
    const run = await smoke({
      tool: sh('sleep 61 & echo $!', 'setsid sleep 62 & echo $!', 'env -i setsid sleep 63 & echo $!'),
    });
    expect(run).toMatchObject({ status: '0', reason: 'exited' });
    const left = run.stdout.trim().split('\n');
    expect(left).toHaveLength(3);
    expect(left.filter(isRunning)).toEqual([]);
    // The end is the program's own, not that of what it left.
    expect(run.milliseconds).toBeLessThan(1500);
  });

  test('tells a crash by the status that a shell gives it', async () => {
    const run = await smoke({ tool: sh('kill -SEGV $$') });
    expect(run).toMatchObject({ status: '139', reason: 'exited', own: { status: 0, said: '' } });
  });

  test.each([
    ['missing', 'other', '127', 'ovenbird: other is not in what was built\n'],
    ['not executable', 'notes.txt', '126', 'ovenbird: notes.txt is not executable\n'],
  ])('a program that is %s is a result, too', async (_how, program, status, stderr) => {
    const run = await smoke({ 'notes.txt': 'text' }, { program });
    expect(run).toMatchObject({ status, stderr, reason: 'exited', program, own: { status: 0 } });
  });

  test('runs each of several programs, the further ones in numbered folders', async () => {
    const tree = { one: sh('echo one "$@"'), 'two/two': sh('echo two "$@"; exit 3') };
    const run = await smoke(tree, { program: 'one\ntwo/two' });
    expect(run).toMatchObject({ status: '0', stdout: 'one --help\n', program: 'one' });
    expect(run.further(2)).toMatchObject({ status: '3', stdout: 'two --help\n', program: 'two/two' });
  });
});
