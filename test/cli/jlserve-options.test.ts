import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { app } from '../targets/jlserve/read.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { bareEnvironment, runCli, type Run } from './run-cli.ts';

/** Where no engine answers: whoever gets so far ends with 75. */
const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

async function run(
  program: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const cwd = temporaryFolder();
  await writeFiles(cwd, { 'app.py': app() });
  return runCli(program, argv, { cwd, env: { ...NO_ENGINE, ...env } });
}

test('--output with --push is refused, with what to type', async () => {
  const { status, stderr } = await run('jlserve', [
    'build',
    'app.py',
    '-o',
    'x.tar',
    '--push',
    '-t',
    'r/x:1',
  ]);
  expect(stderr).toContain(
    'Error: --output and --push together: an image that goes into a file is not pushed [USAGE]\n' +
      '  → leave --output out, and write the file afterwards: docker save --output x.tar NAME:TAG',
  );
  expect(status).toBe(2);
});

describe('--secret', () => {
  test.each(['id=a/b', 'id=../x', 'id=', 'id=a\nb', `id=${'x'.repeat(101)}`, 'id=.x,env=A', 'id=a b,src=f'])(
    '%j is refused with the rule, and not shown',
    async (given) => {
      const { status, stderr } = await run('jlserve', ['build', 'app.py', '--secret', given]);
      expect(stderr).toMatch(
        /^Error: the id of a --secret begins with a letter, a digit or "_" .* \[USAGE\]\n {2}→ /,
      );
      if (given !== 'id=') expect(stderr).not.toContain(given);
      expect(status).toBe(2);
    },
  );

  test.each(['id=my-key,env=KEY', 'id=hf.token,env=KEY', 'id=1,env=KEY'])('%s is one', async (given) => {
    const { status, stderr } = await run('jlserve', ['build', 'app.py', '--secret', given], { KEY: 'value' });
    expect(stderr).not.toContain('[USAGE]');
    expect(status).toBe(75);
  });

  test.each([
    ['flash', ['build', '--docker']],
    ['ovenbird', ['flash', 'build', '--docker']],
    ['ovenbird', ['build', '--target', 'flash']],
    ['ovenbird', ['build', '--no-deps']],
  ])('with a Flash build is refused: %s %j', async (program, argv) => {
    const { status, stderr } = await run(program, [...argv, '--secret', 'id=HF_TOKEN']);
    expect(stderr).toBe(
      '✗ --secret: a Flash build takes no secrets [USAGE]\n  → leave --secret out: it is for download_weights() of jlserve apps',
    );
    expect(status).toBe(2);
  });

  test('is not in the help of a Flash build', async () => {
    expect((await run('flash', ['build', '--docker', '--help'])).stdout).not.toContain('--secret');
    expect((await run('jlserve', ['build', '--help'])).stdout).toContain('--secret id=NAME');
  });
});

test('jlserve dev without weights: what it does not do, and what gets them', async () => {
  const programs = temporaryFolder();
  await writeFiles(programs, { jlserve: '#!/bin/sh\necho "peer: $*"\n' });
  chmodSync(join(programs, 'jlserve'), 0o755);
  const cache = join(temporaryFolder(), 'my cache');
  mkdirSync(cache);
  const env = { JLSERVE_CACHE_DIR: cache, PATH: `${programs}:${bareEnvironment()['PATH'] ?? ''}` };
  const { status, stdout, stderr } = await run('jlserve', ['dev', 'app.py'], env);
  expect(stderr).toBe(
    `warning: ${cache} holds no finished build, so setup() may find no weights there [JLSERVE_WEIGHTS_MISSING]\n` +
      `  → jlserve dev never calls download_weights(); get them: jlserve build app.py --extract-cache '${cache}'`,
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'peer: dev app.py' });
});

test('the package and its command say both of what they build', async () => {
  const { stdout } = await run('ovenbird', ['build', '--help']);
  expect(stdout).toContain('Usage: ovenbird build [PATH] [options]\nBuild the project in a folder');
  expect(stdout).not.toContain('DIR (or here)');
  const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as {
    default: { description: string };
  };
  expect(manifest.description).toMatch(/Flash.*jlserve/);
});
