import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chosenBuilds } from '../every-build.ts';
import { windowsPython } from '../windows-python.ts';
import { copyOfProject } from './example.ts';
import { build, ovenbird, project, run, warnings, type Built } from './pyinstaller-fixtures.ts';
import { runWindows, serveWindows } from './windows-machine.ts';

const PYTHON = '3.12';

/** Builds a program for Windows. @param path its folder, or a file in it */
async function buildWindows(path: string, options: Readonly<Record<string, unknown>> = {}): Promise<Built> {
  const targetOptions = { os: 'windows', windowsPython: await windowsPython(PYTHON), ...options };
  return build(path, { python: PYTHON, options: targetOptions });
}

test('a command for both systems: one command, one report, and each runs where it belongs', async () => {
  const folder = await copyOfProject('pyinstaller-cli');
  const python = ['--python', PYTHON, '--windows-python', await windowsPython(PYTHON)];
  const built = await ovenbird(folder, ['--os', 'both', ...python, '--onefile', '--json', '.']);
  expect(built.status, built.stderr).toBe(0);
  const made = { linux: 'dist/linux/stats-report', windows: 'dist/windows/stats-report.exe' };
  const sizes = Object.values(made).map((path) => statSync(join(folder, path)).size);
  expect(JSON.parse(built.stdout)).toMatchObject({
    artifact: { kind: 'folder', path: join(folder, 'dist'), bytes: sizes.reduce((sum, size) => sum + size) },
    executables: [
      { os: 'linux', glibc: expect.stringMatching(/^2\.\d+$/) as unknown, smoke: { command: '--help' } },
      { os: 'windows', smoke: { command: '--help', milliseconds: expect.any(Number) as unknown } },
    ],
  });
  expect(readdirSync(join(folder, 'dist'))).toEqual(['linux', 'windows']);
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['ovenbird.lock', 'ovenbird.windows.lock']) as unknown,
  );
  const numbers = ['--json', '1', '2', '3', '4', '10'];
  const answer = {
    status: 0,
    stdout: '{"count":5,"mean":4.0,"median":3.0,"deviation":3.162,"suffix":""}\n',
    stderr: '',
  };
  expect(await runWindows(join(folder, made.windows), numbers)).toEqual(answer);
  expect(await run(join(folder, made.linux), numbers)).toEqual(answer);
  expect(await runWindows(join(folder, made.windows), ['1', 'x'])).toEqual({
    status: 3,
    stdout: '',
    stderr: "stats-report: could not convert string to float: 'x'\n",
  });
}, 900_000);

test.each(chosenBuilds(['a command as a folder'], () => false))(
  '%s',
  async () => {
    const folder = await copyOfProject('pyinstaller-cli');
    const { artifact } = await buildWindows(folder);
    expect(artifact).toMatchObject({ kind: 'folder', path: join(folder, 'dist/windows/stats-report') });
    const program = join(artifact.path, 'stats-report.exe');
    expect(await runWindows(program, ['--version'])).toEqual({
      status: 0,
      stdout: 'stats-report 0.3.1\n',
      stderr: '',
    });
    expect((await runWindows(program, ['--authorities'])).stdout).toMatch(/^[1-9]\d+ cert/);
  },
  900_000,
);

describe('a server', () => {
  const servers: readonly (readonly [string, string, object])[] = [
    ['by its own spec, as one file', 'fluid-server.exe', {}],
    ['without its spec, as a folder', 'smooth/smooth.exe', { entry: 'fluid_server', name: 'smooth' }],
  ];

  test.each(chosenBuilds(servers, ([name]) => name.startsWith('by')))(
    '%s: answers to HTTP',
    async (_, at, options) => {
      const folder = await copyOfProject('pyinstaller-server');
      const built = await buildWindows(folder, { smokeHttp: '/health', ...options });
      expect(built.executables).toMatchObject([{ os: 'windows', smoke: { command: 'GET /health' } }]);
      const program = join(folder, 'dist/windows', at);
      const ask = await serveWindows(program, { port: 8080, argv: ['--port', '8080'] });
      expect(await ask('/health')).toEqual({
        status: 200,
        body: { status: 'healthy', models: ['gentle', 'strong'] },
      });
      expect(await ask('/smooth/gentle')).toEqual({
        status: 200,
        body: { samples: 4000, roughness: [0.115, 0.039] },
      });
    },
    900_000,
  );
});

test.each(chosenBuilds(['onefile', 'onedir'], (bundle) => bundle === 'onefile'))(
  'what a program names only while it runs, as %s',
  async (bundle) => {
    const folder = await copyOfProject('pyinstaller-lazy');
    const plugins = ['--plugin', 'once', '--plugin', 'untab', '--plugin', 'sorted_names', '--signed'];
    const smoke = [
      ...plugins,
      '--code',
      'import os\nimport os\nfrom re import sub, match\nif os:\n\tprint( "x" )',
    ];
    const { artifact } = await buildWindows(join(folder, 'format_snippet.py'), { bundle, smoke });
    const program = bundle === 'onefile' ? artifact.path : join(artifact.path, 'format_snippet.exe');
    const said = await runWindows(program, smoke);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^import os\nfrom re import match, sub\n\nif os:\n {4}print\("x"\)\n/);
    expect(said.stdout).toMatch(/^# black \d+, pathspec \d+$/m);
  },
  900_000,
);

test('two programs of one spec, in one folder', async () => {
  const folder = await copyOfProject('pyinstaller-spec');
  // Windows has no language of its own here, and a pipe none that knows the umlaut.
  const { artifact } = await buildWindows(folder, { options: ['--python-option', 'X utf8=1'] });
  expect(artifact).toMatchObject({ kind: 'folder', path: join(folder, 'dist/windows/tools-1.4.0') });
  const greet = join(artifact.path, 'greet.exe');
  expect(await runWindows(greet, ['Jörg'])).toMatchObject({ status: 0, stdout: 'Grüß Gott, Jörg!\n' });
  expect(await runWindows(join(artifact.path, 'filesize.exe'), ['1234567', '20000'])).toMatchObject({
    status: 0,
    stdout: '1,2 Millionen\n20,0 Tausend\n',
  });
  expect((await runWindows(greet, [])).status).toBe(2);
}, 900_000);

test.each(chosenBuilds(['onefile', 'onedir'], (bundle) => bundle === 'onedir'))(
  'processes of a pool, as %s',
  async (bundle) => {
    const folder = await copyOfProject('pyinstaller-pool');
    const { artifact } = await buildWindows(folder, { bundle, smoke: [] });
    const program = bundle === 'onefile' ? artifact.path : join(artifact.path, 'pool-demo.exe');
    expect(await runWindows(program, [])).toEqual({ status: 0, stdout: 'spawn: 332833500\n', stderr: '' });
  },
  900_000,
);

/** pywin32's modules lie in folders of a .pth file; pyclipper needs Microsoft's C++ run-time. */
const NATIVE = `# /// script
# requires-python = ">=3.10"
# dependencies = ["pywin32", "pyclipper"]
# ///
import pyclipper, win32api, win32con
square = ((0, 0), (0, 2), (2, 2), (2, 0))
print(win32con.MB_OK, win32api.GetCurrentProcessId() > 0, abs(pyclipper.Area(square)))
`;

test('packages with DLLs of their own: found by the run, bundled, and loaded where a bare Windows has none', async () => {
  const folder = await project({ 'native.py': NATIVE });
  const { artifact, events } = await buildWindows(join(folder, 'native.py'), { bundle: 'onedir', smoke: [] });
  expect(warnings(events)).toEqual([]);
  expect(await runWindows(join(artifact.path, 'native.exe'), [])).toEqual({
    status: 0,
    stdout: '0 True 4.0\n',
    stderr: '',
  });
  const bundled = readdirSync(artifact.path, { recursive: true, encoding: 'utf8' });
  expect(bundled).toContain('_internal/MSVCP140.dll');
  expect(bundled.filter((path) => path.endsWith('pywintypes312.dll'))).not.toEqual([]);
}, 900_000);
