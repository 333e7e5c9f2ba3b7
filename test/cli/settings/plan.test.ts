import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildPlan } from '../../../src/plan/schema.ts';
import { planProject } from '../../../src/plan-project.ts';
import { ROOT, runCli, runProgram } from '../run-cli.ts';
import { app } from '../../targets/jlserve/read.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

const FLASH = `from runpod_flash import Endpoint


@Endpoint(name="a", cpu="cpu3c-1-2")
async def a(data: dict) -> dict:
    return data
`;

interface Planned {
  readonly status: number | undefined;
  readonly stderr: string;
  readonly plan: BuildPlan | undefined;
}

async function plan(
  files: Record<string, string>,
  argv: readonly string[] = [],
  env: Record<string, string> = {},
  cwd = temporaryFolder(),
): Promise<Planned> {
  await writeFiles(cwd, files);
  const { status, stdout, stderr } = await runCli('ovenbird', ['plan', ...argv], { cwd, env });
  return { status, stderr, plan: status === 0 ? (JSON.parse(stdout) as BuildPlan) : undefined };
}

describe('the plan', () => {
  test('says which options came from where', async () => {
    const files = {
      'app.py': app(),
      'ovenbird.toml': 'python = "3.11"\n[jlserve]\ntag = ["a:1"]\n[flash]\nno-deps = true',
    };
    const { plan: made, stderr } = await plan(files, [], { OVENBIRD_BASE: 'python:3.11' });
    expect(stderr).toContain('options from ovenbird.toml: python, tag\n');
    expect(made?.reasons.slice(0, 3)).toEqual([
      'options from ovenbird.toml: python, tag',
      'options from the environment: OVENBIRD_BASE',
      'Python 3.11: from ovenbird.toml:1',
    ]);
    expect(made).toMatchObject({ target: 'jlserve', python: '3.11', base: { reference: 'python:3.11' } });
    expect(made?.image?.tags).toEqual(['a:1']);
  });

  test('names the table of pyproject.toml, and a variable', async () => {
    const pyproject = '[tool.ovenbird]\nexclude = ["scipy"]';
    const files = { 'app.py': FLASH, 'pyproject.toml': pyproject };
    const { plan: made } = await plan(files, [], { OVENBIRD_PYTHON: '3.11' });
    expect(made?.reasons.slice(0, 3)).toEqual([
      'options from [tool.ovenbird] of pyproject.toml: exclude',
      'options from the environment: OVENBIRD_PYTHON',
      'Python 3.11: from OVENBIRD_PYTHON',
    ]);
    expect(made?.facts['excludes']).toContain('scipy');
  });

  test('of settings is that of the same options typed, but for its reasons', async () => {
    const root = temporaryFolder();
    const argv = ['--python', '3.11', '--no-deps', '--exclude', 'scipy'];
    const typed = await plan({ 'app.py': FLASH }, argv, {}, root);
    const files = { 'ovenbird.toml': 'python = "3.11"\n[flash]\nno-deps = true\nexclude = ["scipy"]' };
    const set = await plan(files, [], {}, root);
    const { reasons: _typed, ...first } = typed.plan ?? {};
    const { reasons: _set, ...second } = set.plan ?? {};
    expect(second).toEqual(first);
  });
});

describe('what a planner finds wrong is told of the setting', () => {
  const cases = [
    [
      { 'app.py': app(), 'ovenbird.toml': 'target = "jlserve"\ntag = [\n  "ok",\n  "Not A Name"]' },
      {},
      '✗ ovenbird.toml:4: tag "Not A Name" is not an image name: write NAME:TAG in lower case [SETTINGS_INVALID]',
    ],
    [
      { 'app.py': app() },
      { OVENBIRD_TAG: 'Not A Name' },
      '✗ OVENBIRD_TAG "Not A Name" is not an image name: write NAME:TAG in lower case [SETTINGS_INVALID]',
    ],
    [
      { 'app.py': app(), 'ovenbird.toml': 'target = "jlserv"' },
      {},
      '✗ ovenbird.toml:1: there is no target "jlserv" [SETTINGS_INVALID]',
    ],
    [
      { 'app.py': app(), 'ovenbird.toml': '\npython = "3.9"' },
      {},
      '✗ ovenbird.toml:2: Python 3.9 is not supported. Supported versions: 3.10, 3.11, 3.12, 3.13 [PYTHON_UNSUPPORTED]',
    ],
    [
      { 'app.py': FLASH },
      { OVENBIRD_PYTHON: '3.9' },
      '✗ OVENBIRD_PYTHON: Python 3.9 is not supported. Supported versions: 3.10, 3.11, 3.12, 3.13 [PYTHON_UNSUPPORTED]',
    ],
    [
      { 'app.py': FLASH, 'ovenbird.toml': 'exclude = ["a b"]' },
      {},
      '✗ ovenbird.toml:1: exclude: is not the name of a Python package [SETTINGS_INVALID]',
    ],
  ] as const;

  test.each(cases)('%j %j', async (files, env, message) => {
    const { status, stderr } = await plan(files, [], env);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});

test('two that do not go together, one typed and one set', async () => {
  const cwd = temporaryFolder();
  await writeFiles(cwd, { 'app.py': app(), 'ovenbird.toml': 'output = "x.tar"' });
  const engine = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  const argv = ['build', 'app.py', '--push'];
  expect((await runCli('jlserve', argv, { cwd, env: engine })).stderr).toContain(
    'Error: output and --push together: an image that goes into a file is not pushed (ovenbird.toml:1) [SETTINGS_INVALID]',
  );
  const env = { ...engine, OVENBIRD_PUSH: '1' };
  expect((await runCli('jlserve', ['build', 'app.py', '-o', 'y.tar'], { cwd, env })).stderr).toContain(
    'Error: --output and OVENBIRD_PUSH together: an image that goes into a file is not pushed [USAGE]',
  );
});

test('a secret that a file names and that is not there', async () => {
  const cwd = temporaryFolder();
  await writeFiles(cwd, { 'app.py': app(), 'ovenbird.toml': 'secret = [\n  "id=A",\n  "id=B,env=C",\n]' });
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock', A: 'value' };
  const { status, stderr } = await runCli('jlserve', ['build', 'app.py'], { cwd, env });
  expect(stderr).toContain(
    'Error: the secret B is to come from the variable C, which is not set (ovenbird.toml:3) [SETTINGS_INVALID]',
  );
  expect(status).toBe(1);
});

test('an engine that a variable names is told by that name', async () => {
  const cwd = temporaryFolder();
  await writeFiles(cwd, { 'app.py': app() });
  const env = { OVENBIRD_ENGINE: 'unix:///nonexistent/docker.sock' };
  const { status, stderr } = await runCli('jlserve', ['build', 'app.py'], { cwd, env });
  expect(stderr).toContain('OVENBIRD_ENGINE');
  expect(stderr).not.toContain('(--engine)');
  expect(status).toBe(75);
});

describe('ovenbird.toml is not part of what is built', () => {
  test.each([
    ['flash', FLASH],
    ['jlserve', app()],
  ])('%s', async (target, text) => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': text, 'ovenbird.toml': 'a = 1', 'sub/ovenbird.toml': 'a = 1' });
    const { tree } = await planProject({ project: root, target });
    expect(tree.files.map(({ path }) => path).sort()).toEqual(['app.py', 'sub/ovenbird.toml']);
  });
});

test('what is handed over is not looked at', async () => {
  const cwd = temporaryFolder();
  const programs = temporaryFolder();
  symlinkSync('/bin/echo', join(programs, 'flash'));
  await writeFiles(cwd, { 'ovenbird.toml': 'broken' });
  const env = { PATH: `${programs}:/usr/bin:/bin`, OVENBIRD_PYTHON: 'broken' };
  expect(await runCli('flash', ['build'], { cwd, env })).toMatchObject({ status: 0, stdout: 'build' });
});

test('doctor knows the variables and no project', async () => {
  const cwd = temporaryFolder();
  await writeFiles(cwd, { 'ovenbird.toml': 'broken' });
  const env = { OVENBIRD_ENGINE: 'unix:///nonexistent/here.sock' };
  const { stdout } = await runCli('ovenbird', ['doctor'], { cwd, env });
  expect(stdout).toContain('unix:///nonexistent/here.sock');
  expect(stdout).not.toContain('broken');
});

test('a project without settings does not load the parser of them', async () => {
  const cwd = temporaryFolder();
  await writeFiles(cwd, {
    'spy.mjs': `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { if (url.includes('smol-toml')) console.error(url); return next(url, context); } });`,
    'pyproject.toml': '[project]\nname = "x"',
  });
  const argv = ['--import', join(cwd, 'spy.mjs'), join(ROOT, 'src/cli/ovenbird.ts'), 'plan', '--python', 'x'];
  const { stderr } = await runProgram(process.execPath, argv, { cwd });
  expect(stderr).toContain('--python "x" is not a Python version');
  expect(stderr).not.toContain('smol-toml');
  await writeFiles(cwd, { 'ovenbird.toml': 'python = "y"' });
  const { stderr: seen } = await runProgram(process.execPath, argv, { cwd });
  expect(seen).toContain('smol-toml');
});
