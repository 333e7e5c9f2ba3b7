import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, runCli } from '../cli/run-cli.ts';
import { chosenBuilds } from '../every-build.ts';
import { temporaryFolder } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { copyOfProject } from './example.ts';
import { build, ENGINE, notes, ovenbird, project, run, serve } from './pyinstaller-fixtures.ts';

/** Every file below a folder that is a program or a library. */
function binariesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF');
}

/** The newest version of glibc that a binary names: names of versions stand in its string table. */
function glibcOf(path: string): number {
  const named = readFileSync(path, 'latin1').matchAll(/\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)/g);
  return Math.max(0, ...Array.from(named, ([, minor]) => Number(minor)));
}

describe('the command of [project.scripts]', () => {
  test('as one file: answers in a system without Python, on a read-only root, to nobody in particular', async () => {
    const folder = await copyOfProject('pyinstaller-cli');
    const argv = ['--os', 'linux', '--name', 'my-app', '--onefile', '-o', 'out', '--json', '.'];
    const built = await ovenbird(folder, argv);
    expect(built.status, built.stderr).toBe(0);
    const program = join(folder, 'out/linux/my-app');
    expect(JSON.parse(built.stdout)).toMatchObject({
      target: 'pyinstaller',
      name: 'my-app',
      artifact: { kind: 'file', path: program, bytes: statSync(program).size },
      executables: [
        {
          os: 'linux',
          glibc: expect.stringMatching(/^2\.\d+$/) as unknown,
          smoke: { command: '--help' },
        },
      ],
    });
    expect(readdirSync(join(folder, 'out/linux'))).toEqual(['my-app']);
    expect(statSync(program).mode & 0o777).toBe(0o755);
    expect(statSync(program).uid).toBe(process.getuid?.());

    expect(await run(program, ['--version'])).toEqual({
      status: 0,
      stdout: 'stats-report 0.3.1\n',
      stderr: '',
    });
    expect(await run(program, ['--unit', 'degrees'], { input: '20 22' })).toEqual({
      status: 0,
      stdout: '    count 2\n     mean 21.0 °C\n   median 21.0 °C\ndeviation 1.0 °C\n',
      stderr: '',
    });
    expect(await run(program, ['1', 'x'])).toEqual({
      status: 3,
      stdout: '',
      stderr: "stats-report: could not convert string to float: 'x'\n",
    });
  }, 300_000);

  test('as a folder: the same, and the glibc that is told is the newest that any of its files needs', async () => {
    const folder = await copyOfProject('pyinstaller-cli');
    const built = await build(folder);
    const place = join(folder, 'dist/linux/stats-report');
    expect(built.artifact).toMatchObject({ kind: 'folder', path: place });
    const said = await run(join(place, 'stats-report'), ['--json', '1', '2', '3', '4', '10']);
    expect(said).toEqual({
      status: 0,
      stdout: '{"count":5,"mean":4.0,"median":3.0,"deviation":3.162,"suffix":""}\n',
      stderr: '',
    });
    const authorities = await run(join(place, 'stats-report'), ['--authorities']);
    expect(authorities).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^[1-9]\d+ cert/) as unknown,
    });

    const binaries = binariesIn(place);
    const newest = Math.max(...binaries.map(glibcOf));
    expect(built.executables?.[0]?.glibc).toBe(`2.${newest}`);
    const note = notes(built.events).find((each) => each.startsWith('glibc ')) ?? '';
    const [, named = ''] = / is needed by (\S+)$/.exec(note) ?? [];
    const file = binaries.find((path) => path.endsWith(`/${named}`));
    expect(glibcOf(file ?? '')).toBe(newest);
  }, 300_000);
});

const HEALTH = { status: 200, body: { status: 'healthy', models: ['gentle', 'strong'] } };
const SMOOTH = { status: 200, body: { samples: 4000, roughness: [0.115, 0.039] } };

describe('a server', () => {
  const servers: readonly (readonly [string, string, object])[] = [
    ['by its own spec', 'fluid-server', {}],
    ['without its spec', 'smooth/smooth', { entry: 'fluid_server', name: 'smooth' }],
  ];

  test.each(chosenBuilds(servers, ([name]) => name.startsWith('by')))(
    '%s: answers to HTTP',
    async (_, at, options) => {
      const folder = await copyOfProject('pyinstaller-server');
      const built = await build(folder, { options: { smokeHttp: '/health', ...options } });
      expect(built.executables?.[0]?.smoke?.command).toBe('GET /health');
      const ask = await serve(join(folder, 'dist/linux', at), { port: 8080, argv: ['--port', '8080'] });
      expect(await ask('/health')).toEqual(HEALTH);
      expect(await ask('/smooth/gentle')).toEqual(SMOOTH);
      expect(await ask('/smooth/none')).toEqual({ status: 404, body: { detail: 'no model named none' } });
    },
    400_000,
  );
});

test('two programs of one spec, with data, hooks and options that the spec itself cannot be given', async () => {
  const folder = await copyOfProject('pyinstaller-spec');
  const built = await build(folder, { options: { options: ['--debug', 'all'] } });
  const place = join(folder, 'dist/linux/tools-1.4.0');
  expect(built.artifact).toMatchObject({ kind: 'folder', path: place });
  const greet = join(place, 'greet');
  const greeting = await run(greet, ['Jörg']);
  expect(greeting).toMatchObject({ status: 0, stdout: 'Grüß Gott, Jörg!\n' });
  // The bootloader tells what it does, and Python what it imports.
  expect(greeting.stderr).toMatch(/\[PYI-\d+:DEBUG\]/);
  expect(greeting.stderr).toMatch(/^import '?toolkit/m);
  expect(await run(greet, ['--version'])).toMatchObject({ status: 0, stdout: 'greet 1.4.0 (bundle)\n' });
  expect(await run(join(place, 'filesize'), ['1234567', '20000'])).toMatchObject({
    status: 0,
    stdout: '1,2 Millionen\n20,0 Tausend\n',
  });
  expect((await run(greet, [])).status).toBe(2);
}, 300_000);

const POOLED = { status: 0, stdout: 'spawn: 332833500\nforkserver: 332833500\n', stderr: '' };

/** All on the newest engine, and a selection on the others. */
const POOLS = testEngines().flatMap(({ name, address }) => [
  { name, address, bundle: 'onefile' },
  ...(address === ENGINE ? [{ name, address, bundle: 'onedir' }] : []),
]);

test.each(chosenBuilds(POOLS, ({ bundle }) => bundle === 'onefile'))(
  'processes of both start methods, as $bundle on $name',
  async ({ address, bundle }) => {
    const folder = await copyOfProject('pyinstaller-pool');
    const built = await build(folder, { engine: address, options: { bundle, smoke: [] } });
    const { path } = built.artifact;
    expect(path).toBe(join(folder, 'dist/linux/pool-demo'));
    const program = bundle === 'onefile' ? path : join(path, 'pool-demo');
    expect(await run(program, [], { engine: address })).toEqual(POOLED);
  },
  200_000,
);

test('--glibc 2.31: runs where that is what there is, and a usual build does not', async () => {
  const folder = await project({ 'tool.py': 'import lzma\nprint("ready", lzma.FORMAT_XZ)\n' });
  const file = join(folder, 'tool.py');
  const usual = await build(file, { options: { bundle: 'onefile', name: 'usual', smoke: [] } });
  const older = await build(file, { options: { bundle: 'onedir', name: 'older', smoke: [], glibc: '2.31' } });
  const minor = (version = ''): number => Number(version.split('.')[1]);
  expect(minor(usual.executables?.[0]?.glibc)).toBeGreaterThan(31);
  expect(minor(older.executables?.[0]?.glibc)).toBeLessThanOrEqual(31);
  expect(minor(older.executables?.[0]?.glibc)).toBe(
    Math.max(...binariesIn(older.artifact.path).map(glibcOf)),
  );

  const old = { suite: 'bullseye' } as const;
  const ready = { status: 0, stdout: 'ready 1\n' };
  expect(await run(join(older.artifact.path, 'older'), [], old)).toMatchObject(ready);
  expect(await run(join(older.artifact.path, 'older'), [])).toMatchObject(ready);
  expect(await run(usual.artifact.path, [])).toMatchObject(ready);
  const refused = await run(usual.artifact.path, [], old);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toMatch(/version `GLIBC_2\.\d+' not found/);
}, 300_000);

/** What the program sees of each option; only as an executable, so that no trace can tell. */
const SEES = `# /// script
# requires-python = ">=3.10"
# dependencies = ["humanize>=4.10"]
# ///
"""Says what it is made of."""
import importlib, json, os, sys
import nearby

def loads(name):
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True

def version(name):
    from importlib import metadata
    return bool(metadata.version(name))

try:
    import wave
except ImportError:
    wave = None

if getattr(sys, "frozen", False):
    inside = lambda *parts: os.path.exists(os.path.join(sys._MEIPASS, *parts))
    print(json.dumps({
        "add-data": open(os.path.join(sys._MEIPASS, "texts", "note.txt")).read(),
        "hidden-import": loads("color" + "sys"),
        "exclude-module": wave is None,
        "copy-metadata": version("humanize"),
        "runtime-hook": os.environ.get("HOOKED"),
        "paths": nearby.WHERE,
        "additional-hooks-dir": loads("sch" + "ed"),
        "collect-all": inside("humanize", "locale", "de_DE", "LC_MESSAGES", "humanize.mo"),
        "collect-submodules": loads("json." + "tool"),
        "python-option": sys.flags.utf8_mode,
        "optimize": __doc__ is None,
        "contents-directory": os.path.basename(sys._MEIPASS),
    }))
`;

test('options by their own names are seen in the executable, and settings say the same', async () => {
  const folder = await project({
    'made of.py': SEES,
    'notes/note.txt': 'noted',
    'lib here/nearby.py': 'WHERE = "nearby"\n',
    'hooks/run.py': 'import os\nos.environ["HOOKED"] = "first"\n',
    'hooks/hook-nearby.py': 'hiddenimports = ["sched"]\n',
  });
  const words = [
    ['made of.py', '--name', 'made of', '--smoke', '', '--json'],
    ['--add-data', 'notes\\note.txt;texts', '--hidden-import', 'colorsys', '--exclude-module=wave'],
    ['--copy-metadata', 'humanize', '--runtime-hook', 'hooks/run.py', '-p', 'lib here'],
    ['--additional-hooks-dir=hooks', '--collect-all', 'humanize', '--collect-submodules', 'json'],
    ['--python-option', 'X utf8=1', '--optimize', '2', '--contents-directory', 'parts'],
  ];
  const typed = await ovenbird(folder, words.flat());
  expect(typed.status, typed.stderr).toBe(0);
  const result = JSON.parse(typed.stdout) as { artifact: { path: string; digest: string } };
  const program = join(result.artifact.path, 'made of');
  expect(readdirSync(result.artifact.path).toSorted()).toEqual(['made of', 'parts']);
  const said = await run(program, [], { env: ['LC_ALL=C.UTF-8'] });
  expect(said).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(said.stdout)).toEqual({
    'add-data': 'noted',
    'hidden-import': true,
    'exclude-module': true,
    'copy-metadata': true,
    'runtime-hook': 'first',
    paths: 'nearby',
    'additional-hooks-dir': true,
    'collect-all': true,
    'collect-submodules': true,
    'python-option': 1,
    optimize: true,
    'contents-directory': 'parts',
  });

  writeFileSync(
    join(folder, 'ovenbird.toml'),
    [
      'target = "pyinstaller"',
      'entry = "made of.py"',
      'name = "made of"',
      'smoke = ""',
      'add-data = ["notes\\\\note.txt;texts"]',
      'hidden-import = ["colorsys"]',
      'exclude-module = "wave"',
      'copy-metadata = ["humanize"]',
      'runtime-hook = ["hooks/run.py"]',
      'paths = ["lib here"]',
      'additional-hooks-dir = "hooks"',
      'collect-all = ["humanize"]',
      'collect-submodules = ["json"]',
      'python-option = ["X utf8=1"]',
      'optimize = "2"',
      'contents-directory = "parts"',
    ].join('\n'),
  );
  rmSync(join(folder, 'dist'), { recursive: true });
  const set = await runCli('ovenbird', ['build', '--json'], { cwd: folder, env: { DOCKER_HOST: ENGINE } });
  expect(set.status, set.stderr).toBe(0);
  expect(JSON.parse(set.stdout)).toMatchObject({ artifact: result.artifact });
}, 300_000);

test('what somebody else than root builds is theirs, without any power to give it to them', async () => {
  const folder = await project({ 'tool.py': 'print("mine")\n' });
  const user = 23456;
  // Ours may read what lies in root's home, as any user's own Node could be read by them.
  const caps = [
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=+dac_override',
    '--bounding-set=-chown,-fowner',
  ];
  const theirs =
    process.getuid?.() === 0
      ? ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', ...caps]
      : [];
  const command = ['build', '--target', 'pyinstaller', 'tool.py', '--progress', 'quiet'];
  const [program = '', ...argv] = [
    ...theirs,
    process.execPath,
    join(ROOT, 'src/cli/ovenbird.ts'),
    ...command,
  ];
  const env = { PATH: process.env['PATH'], DOCKER_HOST: ENGINE, HOME: temporaryFolder() };
  execFileSync(program, argv, { cwd: folder, env });
  const place = join(folder, 'dist/linux/tool');
  const all = readdirSync(place, { recursive: true, encoding: 'utf8' });
  expect(all.length).toBeGreaterThan(5);
  const owner = theirs.length === 0 ? process.getuid?.() : user;
  for (const path of ['', '..', ...all]) {
    const status = statSync(join(place, path));
    expect([path, status.uid, status.mode & 0o022]).toEqual([path, owner, 0]);
    // Whoever gets it can look at all of it.
    expect(status.mode & 0o444).toBe(0o444);
  }
  expect(statSync(join(place, 'tool')).mode & 0o777).toBe(0o755);
  expect(await run(join(place, 'tool'), [])).toMatchObject({ status: 0, stdout: 'mine\n' });
}, 200_000);

test('plan and dockerfile show what a build would do, without an engine', async () => {
  const folder = await copyOfProject('pyinstaller-cli');
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  const argv = ['--target', 'pyinstaller', '--onefile', '--glibc', '2.31', '.'];
  const plan = await runCli('ovenbird', ['plan', ...argv], { cwd: folder, env });
  expect(plan.status).toBe(0);
  expect(JSON.parse(plan.stdout)).toMatchObject({
    target: 'pyinstaller',
    name: 'stats-report',
    base: { reference: expect.stringContaining('bullseye') as unknown },
    images: { smoke: { reference: expect.stringContaining('bullseye') as unknown } },
    facts: { entry: { kind: 'function', module: 'stats_report.cli', function: 'main' }, glibc: '2.31' },
  });
  const { status, stdout } = await runCli('ovenbird', ['dockerfile', ...argv], { cwd: folder, env });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^FROM \S*bullseye\S* AS smoke$/m);
  expect(stdout.replaceAll(/^#.*/gm, '')).not.toContain('{{');
  expect(readdirSync(folder).toSorted()).toEqual(['pyproject.toml', 'src']);
});
