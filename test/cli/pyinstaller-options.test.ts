import { describe, expect, test } from 'vitest';
import { parsePyinstallerOptions } from '../../src/targets/pyinstaller/options.ts';
import { run } from './settings/run.ts';

const TARGET = 'build --target pyinstaller';

/** What is typed after `build`, and what the target is given of it. */
const TYPED: readonly (readonly [argv: readonly string[], options: object])[] = [
  [['--onefile'], { bundle: 'onefile' }],
  [['-D', '-n', 'my app'], { bundle: 'onedir', name: 'my app' }],
  [['--entry', 'pkg.cli:main'], { entry: 'pkg.cli:main' }],
  [['--smoke', '--help'], { smoke: '--help' }],
  [['--smoke', '-h'], { smoke: '-h' }],
  [['--smoke', '--version --json'], { smoke: '--version --json' }],
  [['--smoke', '-x "a b"', '-F'], { smoke: '-x "a b"', bundle: 'onefile' }],
  [['--smoke=--json'], { smoke: '--json' }],
  [['--smoke', ''], { smoke: '' }],
  [['--smoke='], { smoke: '' }],
  [['--smoke-http', '/health', '--smoke-timeout', '1m'], { smokeHttp: '/health', smokeTimeout: 60 }],
  [
    ['--smoke-timeout', '1.2', '--glibc', '2.31', '--os', 'linux'],
    { smokeTimeout: 2, glibc: '2.31', os: 'linux' },
  ],
  [['-F', '--apt', 'libgl1,libsm6', '--apt', 'a1'], { apt: ['libgl1', 'libsm6', 'a1'] }],
  [['--add-data', 'a:b', '--add-data=c;d'], { options: ['--add-data=a:b', '--add-data=c;d'] }],
  [['--hiddenimport', 'a', '--hidden-import', 'b'], { options: ['--hidden-import=a', '--hidden-import=b'] }],
  [
    ['--collect-datas', 'a', '-p', 'src', '-d', 'all'],
    { options: ['--paths=src', '--collect-data=a', '--debug=all'] },
  ],
  [
    ['-w', '-i', 'a.ico,1', '-m', 'x.xml', '-r', 'a,b'],
    { options: ['--windowed', '--icon=a.ico,1', '--manifest=x.xml', '--resource=a,b'] },
  ],
  [
    ['-c', '--optimize', '-1', '--python-option', 'X utf8=1'],
    { options: ['--optimize=-1', '--python-option=X utf8=1', '--console'] },
  ],
  [['--noconsole', '-y', '--noconfirm', '--clean', '--log-level', 'WARN'], { options: ['--windowed'] }],
  [['--distpath', 'x', '-s'], { options: ['--distpath=x', '--strip'] }],
];

describe('ovenbird build', () => {
  test.each(TYPED)('%j', async (argv, options) => {
    const { options: asked, stderr } = await run({ argv: ['build', ...argv] });
    expect(stderr).toBe('');
    expect(asked).toMatchObject({ target: 'pyinstaller', targetOptions: options });
  });

  test('the same for plan and dockerfile', async () => {
    for (const command of ['plan', 'dockerfile']) {
      const { options } = await run({ argv: [command, '--smoke', '--help', '--onefile'] });
      expect(options?.targetOptions).toMatchObject({ smoke: '--help', bundle: 'onefile' });
    }
  });

  test.each([
    [['--smoke'], '--smoke wants a value', '--smoke=ARGS'],
    [['--smoke', '--onefile'], '--smoke wants a value', '--smoke=ARGS'],
    [['--smoke', '-F'], '--smoke wants a value', '--smoke=ARGS'],
    [['--onefile', '--onedir'], '--onefile and --onedir together: it is one or the other', 'leave one out'],
    [['-F', '--smoke-timeout', 'soon'], '--smoke-timeout "soon" is not a time', '--smoke-timeout 10m'],
    [['-F', '--hide-console', 'late'], '--hide-console cannot be "late"', '--hide-console'],
    [['-F', '--secret', 'id=A'], '--secret: a PyInstaller build takes no secrets', 'leave --secret out'],
    [
      ['-F', '-t', 'a:1'],
      '--onefile belongs to the target pyinstaller',
      '--target pyinstaller, or without it',
    ],
    [
      ['--target', 'flash', '--apt', 'a1'],
      '--apt belongs to the targets jlserve and pyinstaller',
      '--target jlserve or --target pyinstaller',
    ],
    [
      ['--target', 'jlserve', '--entry', 'x'],
      '--entry belongs to the target pyinstaller',
      '--target pyinstaller, or without it',
    ],
    [['--hidden-imports', 'a'], 'there is no option --hidden-imports', 'did you mean: --hidden-import'],
    [['--dist-path', 'a'], 'there is no option --dist-path', '→'],
  ])('%j is refused', async (argv, message, hint) => {
    const { status, stderr, options } = await run({ argv: ['build', ...argv] });
    expect(stderr).toContain(`✗ ${message}`);
    expect(stderr).toContain(hint);
    expect({ status, options }).toEqual({ status: 2, options: undefined });
  });

  test('the help shows them in groups, and none that is only refused', async () => {
    const { stdout } = await run({ argv: ['build', '--help', '--smoke', '--version'] });
    expect(stdout).toContain('\nOf executables:\n');
    expect(stdout).toContain('\nAs in pyinstaller:\n  -F, --onefile');
    for (const hidden of ['--distpath', '--strip', '--noconfirm', '--hiddenimport']) {
      expect(stdout).not.toContain(hidden);
    }
    const widest = Math.max(...stdout.split('\n').map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(100);
  });
});

describe('--apt, which two targets have', () => {
  test('lets the project decide', async () => {
    for (const detected of ['jlserve', 'pyinstaller']) {
      const { options, detections } = await run({ argv: 'build --apt libgl1', detected });
      expect(options).toMatchObject({ target: detected, targetOptions: { apt: ['libgl1'] } });
      expect(detections).toBe(1);
    }
  });

  test('in a file, too', async () => {
    const files = { 'ovenbird.toml': 'apt = ["libgl1"]' };
    const { options } = await run({ argv: 'build', files, detected: 'pyinstaller' });
    expect(options).toMatchObject({ target: 'pyinstaller', targetOptions: { apt: ['libgl1'] } });
    expect((await run({ argv: 'build', files, detected: 'flash' })).options).not.toHaveProperty(
      'targetOptions',
    );
  });

  test('is foreign to a project of another kind', async () => {
    const { status, stderr } = await run({ argv: 'build --apt libgl1', detected: 'flash' });
    expect(stderr).toContain('--apt belongs to the targets jlserve and pyinstaller');
    expect(status).toBe(2);
  });

  test('goes with an option that names a target', async () => {
    const { options, detections } = await run({ argv: 'build --apt libgl1 --gpu' });
    expect(options).toMatchObject({ target: 'jlserve', targetOptions: { apt: ['libgl1'], gpu: true } });
    expect(detections).toBe(0);
  });
});

describe('settings', () => {
  test('from a file', async () => {
    const toml = [
      'target = "pyinstaller"',
      'name = "tool"',
      'onefile = true',
      'entry = "pkg.cli:main"',
      'smoke = "--version"',
      'hidden-import = ["a", "b"]',
      '[pyinstaller]',
      'add-data = ["data:data", "a,b:."]',
      'uac-admin = true',
      'output = "out/"',
    ];
    const { options, root, stderr } = await run({
      argv: 'build',
      files: { 'ovenbird.toml': toml.join('\n') },
    });
    expect(stderr).toBe('');
    expect(options).toMatchObject({ target: 'pyinstaller', output: `${root}/out/` });
    expect(options?.targetOptions).toMatchObject({
      name: 'tool',
      bundle: 'onefile',
      defaultEntry: 'pkg.cli:main',
      smoke: '--version',
      options: [
        '--add-data=data:data',
        '--add-data=a,b:.',
        '--hidden-import=a',
        '--hidden-import=b',
        '--uac-admin',
      ],
    });
    expect(options?.targetOptions?.['entry']).toBeUndefined();
    expect(parsePyinstallerOptions(options?.targetOptions).name).toBe('tool');
  });

  test('from variables', async () => {
    const env = {
      OVENBIRD_TARGET: 'pyinstaller',
      OVENBIRD_HIDDEN_IMPORT: 'a, b',
      OVENBIRD_ADD_DATA: 'a,b:.\nc:d',
      OVENBIRD_ONEDIR: '1',
      OVENBIRD_SMOKE_HTTP: '/health',
    };
    expect((await run({ argv: 'build', env })).options?.targetOptions).toMatchObject({
      bundle: 'onedir',
      smokeHttp: '/health',
      options: ['--add-data=a,b:.', '--add-data=c:d', '--hidden-import=a', '--hidden-import=b'],
    });
  });

  test('of two switches that exclude each other, the one from the higher place counts', async () => {
    const files = { 'ovenbird.toml': 'onefile = true\nwindowed = true' };
    const typed = await run({ argv: `${TARGET} --onedir --console`, files });
    expect(typed.options?.targetOptions).toMatchObject({ bundle: 'onedir', options: ['--console'] });
    const env = { OVENBIRD_ONEDIR: '1' };
    expect((await run({ argv: TARGET, files, env })).options?.targetOptions).toMatchObject({
      bundle: 'onedir',
    });
    const both = await run({ argv: TARGET, files: { 'ovenbird.toml': 'onefile = true\nonedir = true' } });
    expect(both.stderr).toContain('together: it is one or the other');
  });

  test.each([
    ['hiddenimport = ["a"]', 'there is no option hiddenimport', 'did you mean: hidden-import'],
    ['noconsole = true', 'there is no option noconsole', 'did you mean: windowed'],
    [
      'smoke-timeout = "soon"',
      'ovenbird.toml:1: smoke-timeout "soon" is not a time',
      'smoke-timeout = "10m"',
    ],
    ['smoke-timeout = 30', 'smoke-timeout is a text, and wants quotes: 30', 'smoke-timeout = "30"'],
    ['optimize = 2', 'optimize is a text, and wants quotes: 2', 'optimize = "2"'],
    ['hide-console = "late"', 'ovenbird.toml:1: hide-console cannot be "late"', 'hide-console = "'],
    ['[flash]\nonefile = true', 'onefile is not an option of flash builds', 'move it to [pyinstaller]'],
    ['[pyinstaller]\ntag = ["a"]', 'tag is not an option of pyinstaller builds', 'move it to [jlserve]'],
    ['[pyinstaler]\nname = "a"', 'there is no table [pyinstaler]', 'did you mean: [pyinstaller]'],
    ['output = "../dist"', 'output "../dist" is not in the project', 'name a place in it'],
  ])('%j', async (toml, message, hint) => {
    const { status, stderr } = await run({ argv: TARGET, files: { 'ovenbird.toml': toml } });
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(status).toBe(1);
  });

  test('an empty smoke in a file: no arguments', async () => {
    const { options } = await run({ argv: TARGET, files: { 'ovenbird.toml': 'smoke = ""' } });
    expect(options?.targetOptions).toMatchObject({ smoke: '' });
  });

  test('are those of the project, where a file or a package in it is named', async () => {
    const files = {
      'ovenbird.toml': 'target = "pyinstaller"\nname = "tool"',
      'src/pkg/__init__.py': '',
      'src/pkg/cli.py': '',
    };
    for (const path of ['src/pkg/cli.py', 'src/pkg', '.']) {
      const { options } = await run({ argv: `build ROOT/${path}`, files });
      expect(options).toMatchObject({ target: 'pyinstaller', targetOptions: { name: 'tool' } });
    }
    const other = { ...files, 'ovenbird.toml': 'python = "3.11"' };
    expect((await run({ argv: 'build ROOT/src/pkg/cli.py', files: other })).options).not.toHaveProperty(
      'python',
    );
    const asked = await run({ argv: 'build ROOT/src/pkg/cli.py --onefile', files: other });
    expect(asked.options).toMatchObject({ python: '3.11' });
  });
});
