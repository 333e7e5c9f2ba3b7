import { describe, expect, test } from 'vitest';
import { OvenbirdError, type Problem } from '../../../src/errors.ts';
import { MAKESPEC_OPTIONS } from '../../../src/targets/pyinstaller/makespec.ts';
import { parsePyinstallerOptions } from '../../../src/targets/pyinstaller/options.ts';
import { IDLE_OPTIONS, REFUSED_OPTIONS } from '../../../src/targets/pyinstaller/refused.ts';

function problemsOf(options: unknown): readonly Problem[] {
  try {
    parsePyinstallerOptions(options);
  } catch (error) {
    if (error instanceof OvenbirdError) return error.problems;
    throw error;
  }
  return [];
}

/** Every option string of `generate_parser()` of PyInstaller 6.22.3. */
const PYINSTALLER =
  '-h --help -v --version -D --onedir -F --onefile --specpath -n --name --contents-directory --add-data --add-binary -p --paths --hidden-import --hiddenimport --collect-submodules --collect-data --collect-datas --collect-binaries --collect-all --copy-metadata --recursive-copy-metadata --additional-hooks-dir --runtime-hook --exclude-module --key --splash --splash-center -d --debug --optimize --python-option -s --strip --noupx --upx-exclude -c --console --nowindowed -w --windowed --noconsole --hide-console -i --icon --disable-windowed-traceback --version-file --manifest -m --no-embed-manifest -r --resource --uac-admin --uac-uiaccess --win-private-assemblies --win-no-prefer-redirects --argv-emulation --osx-bundle-identifier --target-architecture --target-arch --codesign-identity --osx-entitlements-file --runtime-tmpdir --bootloader-ignore-signals --distpath --workpath -y --noconfirm --upx-dir --clean --log-level';

test('every option of PyInstaller is taken, idle or refused, under all its names', () => {
  const ours = ['h', 'help', 'v', 'version', 'D', 'onedir', 'F', 'onefile', 'n', 'name'];
  // What people say for one of its options.
  const more = ['version-info'];
  const known = [...MAKESPEC_OPTIONS, ...REFUSED_OPTIONS, ...IDLE_OPTIONS];
  const names = [...ours, ...known.flatMap(({ name, aliases = [] }) => [name, ...aliases])];
  const theirs = PYINSTALLER.split(' ').map((each) => each.replace(/^-+/, ''));
  expect(names.toSorted()).toEqual([...theirs, ...more].toSorted());
});

test('nothing given: one system, --help, nothing else', () => {
  expect(parsePyinstallerOptions({})).toEqual({
    systems: ['linux'],
    windowsPython: undefined,
    apt: [],
    given: [],
    smoke: { arguments: ['--help'], http: null, timeoutSeconds: 30, asked: false },
  });
});

describe('the smoke run', () => {
  const rows: readonly (readonly [given: Record<string, unknown>, smoke: object])[] = [
    [{ smoke: '' }, { arguments: [], asked: true }],
    [{ smoke: '--version' }, { arguments: ['--version'] }],
    [{ smoke: `a  'b c' "d e"` }, { arguments: ['a', 'b c', 'd e'] }],
    [
      { smoke: String.raw`a\ b "c\"d" '\n' --key="some value"` },
      { arguments: ['a b', 'c"d', String.raw`\n`, '--key=some value'] },
    ],
    [{ smoke: `"" x` }, { arguments: ['', 'x'] }],
    [
      { smoke: '$HOME * | ; $(id) `id` > f' },
      { arguments: ['$HOME', '*', '|', ';', '$(id)', '`id`', '>', 'f'] },
    ],
    [{ smoke: 'a\nb' }, { arguments: ['a', 'b'] }],
    [{ smoke: ['a b', '-c'] }, { arguments: ['a b', '-c'] }],
    [{ smokeHttp: '/health' }, { arguments: [], http: { path: '/health' }, asked: true }],
    [
      { smokeHttp: '/a?b=c&d', smoke: '--port 1' },
      { arguments: ['--port', '1'], http: { path: '/a?b=c&d' } },
    ],
    [{ smokeHttp: 'http://127.0.0.1:8000/health' }, { http: { path: '/health' } }],
    [{ smokeHttp: 'HTTP://localhost:8000' }, { http: { path: '/' } }],
    [{ smokeHttp: 'http://[::1]:80/x#part' }, { http: { path: '/x' } }],
    [{ smokeHttp: '/grüß' }, { http: { path: '/gr%C3%BC%C3%9F' } }],
    [{ smokeHttp: '/', smokeTimeout: 90 }, { timeoutSeconds: 90 }],
  ];

  test.each(rows)('%j', (given, smoke) => {
    expect(parsePyinstallerOptions(given).smoke).toMatchObject(smoke);
  });

  test.each([
    [{ smoke: `it's` }, `--smoke "it's" has a quote, or a backslash, without its other half`],
    [{ smoke: 'a\\' }, String.raw`--smoke "a\\" has a quote, or a backslash, without its other half`],
    [{ smoke: 'a\0b' }, String.raw`--smoke "a\u0000b" has a NUL, which no argument can hold`],
    [{ smoke: `$'a\\x00b'` }, String.raw`--smoke "$'a\\x00b'" has a NUL, which no argument can hold`],
    [{ smokeTimeout: 0 }, '--smoke-timeout Too small'],
    [{ smokeTimeout: 4000 }, '--smoke-timeout is longer than an hour'],
  ])('%j is refused', (given, message) => {
    const [problem] = problemsOf(given);
    expect(problem?.message).toContain(message);
    expect(problem?.code).toBe('USAGE');
  });

  test.each([
    'health',
    '',
    'https://127.0.0.1/x',
    'http://example.com/health',
    'http://127.0.0.1.example.com/',
    'http://u:p@127.0.0.1/',
    '//example.com/health',
    '/..//example.com/',
    String.raw`/\example.com`,
    '/a b',
    '/a\r\nX-Header: 1',
    '/a\0',
    'ftp://127.0.0.1/',
    'C:/Program Files/Git/health',
    `/${'x'.repeat(2000)}`,
  ])('--smoke-http %j is no path of a server here', (smokeHttp) => {
    expect(problemsOf({ smokeHttp })).toEqual([
      {
        code: 'USAGE',
        message: `--smoke-http ${JSON.stringify(smokeHttp)} is neither a path nor an address of this machine`,
        hint: 'for example: --smoke-http /health',
      },
    ]);
  });
});

describe('the name', () => {
  test.each([
    'a',
    'my-app',
    'My App 2.0',
    'app_1',
    'x@y',
    'grüß',
    '日本',
    'a(1)',
    '_x',
    'console',
    '1password',
    'com10',
  ])('%j is one', (name) => {
    expect(parsePyinstallerOptions({ name }).name).toBe(name);
  });

  test.each([
    '',
    '.',
    '..',
    '.hidden',
    '-rf',
    'a/b',
    String.raw`a\b`,
    '../up',
    'a:b',
    'a*',
    'a?',
    '"a"',
    "'a'",
    '<a>',
    'a|b',
    'a;rm -rf',
    'a&b',
    '$(id)',
    '`id`',
    'a\nb',
    'a\tb',
    'a\0b',
    'a ',
    'a.',
    ' a',
    'CON',
    'con',
    'nul.txt',
    'COM1',
    'lpt9.exe',
    'com¹',
    'a\u202Egpj.exe',
    'a\u200Bb',
    'a／b',
    'a∕b',
    'a：b',
    'ａpp',
    'a‥b',
    'a\ud800b',
    'x'.repeat(201),
    'ü'.repeat(101),
  ])('%j is refused', (name) => {
    const [problem, second] = problemsOf({ name });
    expect(problem?.message).toContain(`--name ${JSON.stringify(name)} `);
    expect(problem?.hint).toBe('for example: --name my-app');
    expect(second).toBeUndefined();
  });
});

describe('other fields', () => {
  test.each(['2.17', '2.28', '2.31', '2.36', '2.99'])('--glibc %s', (glibc) => {
    expect(parsePyinstallerOptions({ glibc }).glibc).toBe(glibc);
  });

  test.each([
    [{ glibc: '2.5' }, '--glibc "2.5" is not a version of glibc from 2.17 on'],
    [{ glibc: '2.31;id' }, '--glibc "2.31;id" is not a version of glibc from 2.17 on'],
    [{ glibc: '2.31\n' }, String.raw`--glibc "2.31\n" is not a version of glibc from 2.17 on`],
    [{ os: 'mac' }, '--os "mac" is no system that executables are built for'],
    [{ apt: ['ok', 'a;b'] }, '--apt "a;b" is not the name of a Debian package'],
    [{ entry: 'a\0b' }, String.raw`--entry "a\u0000b" has characters that cannot be shown`],
    [{ entry: 'a\nb' }, String.raw`--entry "a\nb" has characters that cannot be shown`],
    [{ name: 3 }, '--name'],
    [{ frob: 1 }, 'Unrecognized key'],
    [null, 'the options'],
  ])('%j is refused', (given, message) => {
    const problems = problemsOf(given);
    expect(problems.map((each) => each.message).join('\n')).toContain(message);
  });
});

describe("PyInstaller's own options", () => {
  const given = (options: readonly string[]): string[] =>
    parsePyinstallerOptions({ options }).given.map(({ option, value }) => `${option.name}|${value}`);

  test('aliases, both ways to give a value, switches; idle ones are gone', () => {
    expect(
      given([
        '--hiddenimport',
        'a.b',
        '--hidden-import=30fcd23745efe32ce681__mypyc',
        '-p',
        'src',
        '--collect-datas',
        'x',
        '-w',
        '--noupx',
        '--optimize',
        '-1',
        '--python-option=X utf8=1',
        '-d',
        'all',
        '--debug=imports',
        '--noconfirm',
        '-y',
        '--clean',
        '--log-level',
        'DEBUG',
        '--uac-admin',
      ]),
    ).toEqual([
      'hidden-import|a.b',
      'hidden-import|30fcd23745efe32ce681__mypyc',
      'paths|src',
      'collect-data|x',
      'windowed|',
      'noupx|',
      'optimize|-1',
      'python-option|X utf8=1',
      'debug|all',
      'debug|imports',
      'uac-admin|',
    ]);
  });

  test.each([
    [
      '--distpath',
      'out',
      '--distpath is --output here; executables for Linux lie in its folder linux, for Windows in windows',
      '-o out',
    ],
    ['--workpath', 'w', '--workpath has nothing to name', 'leave --workpath out'],
    [
      '--specpath',
      '.',
      '--specpath has nothing to name',
      'leave --specpath out; to build a spec of your own: --entry app.spec',
    ],
    ['--upx-dir', '/x', '--upx-dir has no use', 'leave --upx-dir out'],
    [
      '--target-arch',
      'arm64',
      '--target-architecture is of macOS',
      'leave it out; for another machine: --platform linux/arm64',
    ],
    ['--codesign-identity', 'me', '--codesign-identity is of macOS', 'leave --codesign-identity out'],
    [
      '--osx-bundle-identifier',
      'a.b',
      '--osx-bundle-identifier is of macOS',
      'leave --osx-bundle-identifier out',
    ],
    ['--key', 'k', '--key is no longer an option of PyInstaller', 'leave --key out'],
  ])('%s %s is refused with what to type', (name, value, message, hint) => {
    const [problem, second] = problemsOf({ options: [name, value] });
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toBe(hint);
    expect(second).toBeUndefined();
  });

  test.each([['-s'], ['--strip'], ['--argv-emulation'], ['--no-embed-manifest']])('%s is refused', (name) => {
    expect(problemsOf({ options: [name, '--uac-admin'] })).toHaveLength(1);
  });

  test.each([
    [['--frobnicate'], '"--frobnicate" is no option of PyInstaller that a build takes'],
    [['--add-data'], '--add-data wants a value'],
    [['--hidden-import='], '--hidden-import wants a value'],
    [['tool.py'], '"tool.py" is no option of PyInstaller'],
    [['--name=x'], '"--name=x" is no option'],
    [['--noupx=1'], '--noupx is a switch, and takes no value'],
    [['--splash', 'a', '--splash', 'b'], '--splash was given several times'],
    [['-c', '-w'], '--console and --windowed together'],
    [['--optimize', '3'], '--optimize "3" is none of: -1, 0, 1, 2'],
    [['--debug', 'everything'], '--debug "everything" is none of: all, imports, bootloader, noarchive'],
    [['--hide-console', 'x'], '--hide-console "x" is none of'],
    [['--version-info', 'a', '--version-file', 'b'], '--version-file was given several times'],
    [['--resource', 'a.txt'], '--resource "a.txt" says not what the resource is'],
    [['-r', 'a.txt,RT_RCDATA'], 'says not what the resource is'],
    [['-r', 'a.txt,*,1'], 'says not what the resource is'],
    [['-r', 'a.txt,A,1,0,9'], 'has more than a FILE, TYPE, NAME and LANGUAGE'],
    [['--hidden-import', 'a,b'], '--hidden-import "a,b" names several modules'],
    [['--hidden-import', 'a/b.py'], '--hidden-import "a/b.py" is a path'],
    [['--hidden-import', "a'); import os; os.system('id') #"], 'is not the name of a module'],
    [['--collect-all', "x', y='"], 'is not the name of a module'],
    [['--collect-submodules', 'a\nb'], 'has characters that cannot be shown'],
    [['--collect-data', 'a..b'], 'is not the name of a module'],
    [['--exclude-module', '-x'], 'is not the name of a module'],
    [['--copy-metadata', "a')"], 'is not the name of a Python package'],
    [['--recursive-copy-metadata', 'a b'], 'is not the name of a Python package'],
    [['--python-option', 'c print(1)'], 'is none that an executable takes'],
    [['--python-option', 'X a\nb'], 'has characters that cannot be shown'],
    [['--contents-directory', '..'], 'is not the name of a file everywhere'],
    [['--contents-directory', 'a/b'], 'is not the name of a file everywhere'],
    [['--upx-exclude', 'a/b.so'], 'is a path, not the name of a file'],
    [['--add-data', 'a\0:b'], 'has characters that cannot be shown'],
    [['--manifest', '<a\0/>'], 'has characters that cannot be shown'],
  ])('%j is refused', (options, message) => {
    const [problem, second] = problemsOf({ options });
    expect(problem).toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) as string });
    expect(problem?.hint).toBeTruthy();
    expect(second).toBeUndefined();
  });

  test('the folder beside the executable has another name', () => {
    const [problem] = problemsOf({ name: 'App', options: ['--contents-directory', 'app'] });
    expect(problem?.message).toBe('--contents-directory "app" is the name of the executable beside it');
  });

  test('all mistakes are told at once', () => {
    const options = ['--strip', '--hidden-import', 'a b', '--distpath', 'x'];
    expect(problemsOf({ name: '/', glibc: '3', smoke: '"', options })).toHaveLength(6);
  });
});
