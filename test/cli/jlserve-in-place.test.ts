import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jlservePackages } from '../dockerfiles/jlserve/app-packages.ts';
import { pythonVersion } from '../dockerfiles/step.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { bareEnvironment, ROOT, runCli, type Run } from './run-cli.ts';

const MARKER = '.jlserve-build-complete';
const CACHE = 'os.environ["JLSERVE_CACHE_DIR"]';

/** The class stands in line 9, setup() in 10, download_weights() in 12. */
const appText = (setup: string, download: string, decorator = ''): string => `import os, sys, time
import jlserve
from pydantic import BaseModel
class In(BaseModel):
    text: str = ""
class Out(BaseModel):
    text: str
@jlserve.app(${decorator})
class Demo:
    def setup(self):
        ${setup}
    def download_weights(self):
        ${download}
    @jlserve.endpoint()
    def run(self, input: In) -> Out:
        return Out(text="")
`;

const WRITE = `print("at work"); open(${CACHE} + "/weights.bin", "w").write("1234")`;

/** An environment of the user's, with jlserve in it. */
let venv: string;
beforeAll(async () => {
  venv = mkdtempSync(join(tmpdir(), 'ovenbird-test-venv-'));
  execFileSync('python3', ['-m', 'venv', '--without-pip', venv]);
  const packages = join(venv, 'lib', `python${await pythonVersion()}`, 'site-packages');
  writeFileSync(join(packages, 'jlserve.pth'), `${await jlservePackages()}\n`);
  // Installs nothing, and says so.
  writeFileSync(join(venv, 'bin/uv'), '#!/bin/sh\necho "uv $1 $2" >&2\nexit "${UV_STATUS:-0}"\n');
  chmodSync(join(venv, 'bin/uv'), 0o755);
}, 120_000);
afterAll(() => rmSync(venv, { recursive: true, force: true }));

interface Place {
  readonly folder: string;
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
  readonly build: (...argv: readonly string[]) => Promise<Run>;
}

async function place(text: string, env: Readonly<Record<string, string>> = {}): Promise<Place> {
  const folder = temporaryFolder();
  const cache = join(temporaryFolder(), 'a cache');
  mkdirSync(cache);
  await writeFiles(folder, { 'app.py': text });
  const { PATH = '' } = bareEnvironment();
  const all = {
    VIRTUAL_ENV: venv,
    JLSERVE_CACHE_DIR: cache,
    PATH: `${join(venv, 'bin')}:${PATH}`,
    TMPDIR: temporaryFolder(),
    ...env,
  };
  return {
    folder,
    cache,
    env: all,
    build: (...argv) =>
      runCli('jlserve', ['build', 'app.py', '--in-place', ...argv], { cwd: folder, env: all }),
  };
}

describe('what only an image has is refused, all of it at once', () => {
  test('with exit 2', async () => {
    const argv =
      '-t a:1 -o x.tar --push --apt libgl1 --gpu --base python:3.12 --platform linux/amd64 --no-cache --rebuild --no-verify --engine tcp://e:1 --secret id=HF_TOKEN --extract-cache w --ca c.pem --progress json --json';
    const { build } = await place(appText('pass', WRITE));
    const { status, stdout, stderr } = await build(...argv.split(' '));
    const { problems } = (JSON.parse(stdout) as { error: { problems: { message: string; hint: string }[] } })
      .error;
    const named = new Set(problems.map(({ message }) => message.split(' is of images')[0]));
    const options =
      '--tag,--output,--push,--apt,--gpu,--base,--platform,--no-cache,--rebuild,--no-verify,--engine,--secret,--extract-cache,--ca,--progress json';
    expect(named).toEqual(new Set(options.split(',')));
    expect(problems.every(({ hint }) => hint !== '')).toBe(true);
    expect(stderr).toContain('"code":"USAGE"');
    expect(status).toBe(2);
  });

  test.each(['-t', '--push'])('%s alone, in words', async (option) => {
    const { build } = await place(appText('pass', WRITE));
    const { status, stderr } = await build(...(option === '-t' ? ['-t', 'a:1'] : [option]));
    expect(stderr).toMatch(
      /^Error: --(?:tag|push) is of images, and --in-place makes none \[USAGE\]\n {2}→ leave --/,
    );
    expect(status).toBe(2);
  });
});

describe('a build', () => {
  test('says what jlserve says, takes --refresh-weights and leaves a marker', async () => {
    const { build, cache } = await place(appText('raise ValueError("never called")', WRITE));
    const { status, stdout, stderr } = await build('--refresh-weights');
    expect({ status, stderr, lines: stdout.split('\n') }).toEqual({
      status: 0,
      stderr: '',
      lines: [
        `✓ Cache directory: ${cache}`,
        '✓ Loading app: Demo',
        '✓ Downloading weights...',
        'at work',
        '✓ Build complete!',
      ],
    });
    expect(JSON.parse(readFileSync(join(cache, MARKER), 'utf8'))).toEqual({
      schema: 1,
      app: 'Demo',
      file: 'app.py',
      lock: '',
      weights: expect.stringMatching(/^[0-9a-f]{64}$/),
      files: [{ path: 'weights.bin', bytes: 4 }],
    });
  }, 60_000);

  test('with --json is one document, and what people read is on stderr', async () => {
    const { build, cache, folder } = await place(appText('pass', WRITE, 'requirements=["jlserve"]'));
    const { status, stdout, stderr } = await build('--json', '--validate');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      target: 'jlserve',
      project: folder,
      name: 'Demo',
      python: await pythonVersion(),
      artifact: { kind: 'folder', path: cache, bytes: 4, files: 1 },
      endpoints: [{ name: '/run', kind: 'POST', functions: ['run'], file: 'app.py', line: 15 }],
      warnings: [],
      durationMs: expect.any(Number),
    });
    expect(stderr).toContain('Installing requirements: jlserve\nuv pip install\n');
    expect(stderr).toContain('at work\n✓ Running setup()...\n✓ Build complete!');
  }, 60_000);

  test('with --progress quiet says nothing, and a failure in full', async () => {
    const good = await place(appText('pass', WRITE, 'requirements=["jlserve"]'));
    expect(await good.build('--progress', 'quiet')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const bad = await place(appText('pass', WRITE, 'requirements=["jlserve"]'), { UV_STATUS: '2' });
    const { status, stdout, stderr } = await bad.build('--progress', 'quiet');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('uv ended with status 2 [DEPENDENCY_UNRESOLVABLE]\n    uv pip install\n');
  }, 60_000);

  test('that fails removes the marker, and says how to see it happen', async () => {
    const { build, cache, folder } = await place(appText('pass', 'raise OSError("no such model")'));
    writeFileSync(join(cache, MARKER), '{}');
    const { status, stdout } = await build('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      error: {
        code: 'JLSERVE_WEIGHTS_FAILED',
        message: 'download_weights() failed: no such model',
        hint: "see it happen: python3 -c 'import app; app.Demo().download_weights()'",
        location: { file: 'app.py', line: 13 },
      },
    });
    expect(status).toBe(1);
    expect(readdirSync(cache)).toEqual([]);
    // What is hinted at shows it.
    const typed = ['-c', 'import app; app.Demo().download_weights()'];
    expect(() => execFileSync(join(venv, 'bin/python3'), typed, { cwd: folder, stdio: 'pipe' })).toThrow(
      'no such model',
    );
  }, 60_000);
});

describe('--validate', () => {
  test.each<readonly [string, string, string, number | undefined]>([
    ['raises', 'raise ValueError("no weights")', 'no weights', 11],
    ['ends the process', 'os._exit(0)', 'Python ended with status 0 before it was done', undefined],
  ])(
    'a setup() that %s is the end of the build, and there is no marker',
    async (_, setup, message, line) => {
      const { build, cache } = await place(appText(setup, WRITE));
      expect((await build()).status).toBe(0);
      expect(existsSync(join(cache, MARKER))).toBe(true);
      const { status, stdout, stderr } = await build('--validate');
      const where = line === undefined ? 'app.py' : `app.py:${line}`;
      expect(stderr).toContain(`Error: setup() failed: ${message} (${where}) [JLSERVE_SETUP_FAILED]\n`);
      expect(stdout).toMatch(/✓ Running setup\(\)\.\.\.$/);
      expect(status).toBe(1);
      expect(readdirSync(cache)).toEqual(['weights.bin']);
    },
    60_000,
  );

  test('setup() has a fresh instance and the weights', async () => {
    const setup = `print("setup read", open(${CACHE} + "/weights.bin").read(), hasattr(self, "mark"))`;
    const { build, cache } = await place(appText(setup, `self.mark = 1; ${WRITE}`));
    const { status, stdout } = await build('--validate');
    expect(status).toBe(0);
    expect(stdout).toContain('setup read 1234 False\n✓ Build complete!');
    expect(existsSync(join(cache, MARKER))).toBe(true);
  }, 60_000);
});

describe('the end before the end', () => {
  const HANGS = `open(${CACHE} + "/pid", "w").write(str(os.getpid())); time.sleep(600)`;

  /** What was running when the build ended. */
  function isGone(cache: string): boolean {
    try {
      process.kill(Number(readFileSync(join(cache, 'pid'), 'utf8')), 0);
      return false;
    } catch {
      return true;
    }
  }

  test('--timeout ends the download and leaves nothing behind', async () => {
    const { build, cache, env } = await place(appText('pass', HANGS));
    const { status, stderr } = await build('--timeout', '4s');
    expect(stderr).toBe(
      'Error: the build took longer than 4 s and was stopped [BUILD_TIMEOUT]\n  → run it again, with more time: --timeout 30m',
    );
    expect(status).toBe(75);
    expect(isGone(cache)).toBe(true);
    expect(existsSync(join(cache, MARKER))).toBe(false);
    expect(readdirSync(env['TMPDIR'] ?? '')).toEqual([]);
  }, 60_000);

  test('Ctrl-C ends it, too', async () => {
    const { folder, cache, env } = await place(appText('pass', `print("begun", flush=True); ${HANGS}`));
    const argv = [join(ROOT, 'src/cli/jlserve.ts'), 'build', 'app.py', '--in-place'];
    const child = spawn(process.execPath, argv, { cwd: folder, env: bareEnvironment(env) });
    const closed = once(child, 'close');
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    while (!text.includes('begun')) await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await closed).toEqual([130, null]);
    expect(isGone(cache)).toBe(true);
    expect(readdirSync(env['TMPDIR'] ?? '')).toEqual([]);
  }, 60_000);
});
