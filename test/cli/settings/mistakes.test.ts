import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary.ts';
import { run } from './run.ts';

/** A file's text, and the first lines of what is said of it: the mistake, and what to type. */
const FILES: readonly (readonly [toml: string, message: string, hint: string | RegExp])[] = [
  ['\npyton = "3.12"', '2: there is no option pyton', 'did you mean: python'],
  ['no_cache = true', '1: there is no option no_cache', 'did you mean: no-cache'],
  ['noCache = true', '1: there is no option noCache', 'did you mean: no-cache'],
  ['python-version = "3.12"', '1: there is no option python-version', 'did you mean: python'],
  [
    'xyzzy = 1',
    '1: there is no option xyzzy',
    /^one of: target, platform, python, .*, \[flash\], \[jlserve\]/,
  ],
  ['"__proto__" = 1', '1: there is no option __proto__', /^one of/],
  ['constructor = 1', '1: there is no option constructor', /^one of/],
  ['"a\\u001b[2J" = 1', '1: there is no option "a\\u001b[2J"', /^one of/],
  ['[jlserv]\ntag = ["a"]', '2: there is no table [jlserv]', 'did you mean: [jlserve]'],
  ['[flash]\n\nexlude = ["a"]', '3: there is no option exlude of [flash]', 'did you mean: exclude'],
  ['flash.exlude = ["a"]', '1: there is no option exlude of [flash]', 'did you mean: exclude'],
  [
    '[flash]\ntag = ["a"]',
    '2: tag is not an option of flash builds',
    'move it to [jlserve], or leave it out',
  ],
  [
    '[flash]\nsecret = ["id=A"]',
    '2: secret is not an option of flash builds',
    'move it to [jlserve], or leave it out',
  ],
  ['[flash]\ntarget = "flash"', '2: target of [flash] says nothing', 'target = "flash", above all tables'],
  ['python = 3.10', '1: python is a text, and wants quotes: 3.10', 'python = "3.10"'],
  ['python = 3.10 # new', '1: python is a text, and wants quotes: 3.10', 'python = "3.10"'],
  ['timeout = 600', '1: timeout is a text, and wants quotes: 600', 'timeout = "600"'],
  ['base = 1979-05-27', '1: base is a text, and wants quotes: 1979-05-27', 'base = "1979-05-27"'],
  ['output = true', '1: output is a text, and wants quotes: true', 'output = "NAME"'],
  ['python = ["3.10"]', '1: python takes one value, not a list', 'python = "3.12"'],
  ['python = ""', '1: python wants a value', 'python = "3.12"'],
  ['[python]\nversion = "3.10"', '2: python is an option, not a table', 'python = "3.12"'],
  ['[[flash]]\nexclude = ["a"]', '2: flash is the name of a table', '[flash], and a line for each option'],
  ['exclude = [1.10]', '1: exclude takes a list of texts, each in quotes: [1.10]', 'exclude = ["A", "B"]'],
  ['exclude = [["a"]]', '1: exclude takes a list of texts, each in quotes: [["a"]]', 'exclude = ["A", "B"]'],
  ['no-cache = "yes"', '1: no-cache is neither true nor false: "yes"', 'no-cache = true'],
  ['no-cache = 1', '1: no-cache is neither true nor false: 1', 'no-cache = true'],
  ['json = true', '1: json cannot stand in a file: whoever reads stdout asks for it', 'type it: --json'],
  [
    'docker = true',
    '1: docker cannot stand in a file: it chooses who builds, before anything is read',
    'type it: --docker',
  ],
  ['in-place = true', '1: in-place cannot stand in a file: it runs the app on this machine', /--in-place/],
  [
    'engine = "tcp://e:1"',
    '1: engine cannot stand in a file: a project does not choose who gets its files and your secrets',
    'type it, --engine, or set the variable OVENBIRD_ENGINE=ADDRESS',
  ],
  [
    'push = true',
    '1: push cannot stand in a file: a project does not send anything out in your name',
    'type it, --push, or set the variable OVENBIRD_PUSH=1',
  ],
  [
    'progress = "plain"',
    '1: progress cannot stand in a file: it depends on who looks on',
    'type it, --progress, or set the variable OVENBIRD_PROGRESS=KIND',
  ],
  ['python = "three"', '1: python "three" is not a Python version', 'write it as python = "3.12"'],
  ['python = "3.11.4"', '1: python "3.11.4" is not a Python version', 'write it as python = "3.11"'],
  [
    'platform = "linux/amd46"',
    '1: platform "linux/amd46" is not a platform that we know',
    'did you mean: platform = "linux/amd64"',
  ],
  ['timeout = "soon"', '1: timeout "soon" is not a time', /timeout = "600", timeout = "10m"/],
  ['a = 1\na = 2', '2:1: ovenbird.toml is not valid TOML: ', /^correct the line/],
  ['python = 3.12.1', '1:14: ovenbird.toml is not valid TOML: ', /^correct the line/],
];

describe('a mistake in ovenbird.toml is told with its line and exits 1', () => {
  test.each(FILES)('%j', async (toml, message, hint) => {
    const { status, stdout, stderr, options } = await run({
      argv: 'build --target flash',
      files: { 'ovenbird.toml': toml },
    });
    const [said = '', typed = ''] = stderr.split('\n');
    expect(said).toContain(`✗ ovenbird.toml:${message}`);
    expect(said).toContain('[SETTINGS_INVALID]');
    if (typeof hint === 'string') expect(typed).toBe(`  → ${hint}`);
    else expect(typed.replace('  → ', '')).toMatch(hint);
    expect({ status, stdout, options }).toEqual({ status: 1, stdout: '', options: undefined });
  });
});

test('pyproject.toml: the same, with its lines', async () => {
  const pyproject =
    '[project]\nname = "x"\n\n[tool.ovenbird]\npyton = "3"\n[tool.ovenbird.flash]\npython = 3.10\n';
  const { status, stderr } = await run({ argv: 'build', files: { 'pyproject.toml': pyproject } });
  expect(stderr).toBe(
    [
      '✗ pyproject.toml:5: there is no option pyton [SETTINGS_INVALID]',
      '  → did you mean: python',
      '✗ pyproject.toml:7: python is a text, and wants quotes: 3.10 [SETTINGS_INVALID]',
      '  → python = "3.10"',
      '',
    ].join('\n'),
  );
  expect(status).toBe(1);
});

/** A variable, what is said of it, and what to type. */
const VARIABLES: readonly (readonly [name: string, value: string, message: string, hint: string | RegExp])[] =
  [
    [
      'OVENBIRD_NO_CACHE',
      'maybe',
      'OVENBIRD_NO_CACHE is neither yes nor no: "maybe"',
      'OVENBIRD_NO_CACHE=1, or OVENBIRD_NO_CACHE=0',
    ],
    [
      'OVENBIRD_PYTHON',
      'py310',
      'OVENBIRD_PYTHON "py310" is not a Python version',
      'write it as OVENBIRD_PYTHON=3.10',
    ],
    ['OVENBIRD_TIMEOUT', 'soon', 'OVENBIRD_TIMEOUT "soon" is not a time', /OVENBIRD_TIMEOUT=600/],
    [
      'OVENBIRD_PLATFORM',
      'mars',
      'OVENBIRD_PLATFORM "mars" is not a platform that we know',
      /OVENBIRD_PLATFORM=linux\/amd64/,
    ],
    [
      'OVENBIRD_PROGRESS',
      'plian',
      'OVENBIRD_PROGRESS cannot be "plian"',
      'did you mean: OVENBIRD_PROGRESS=plain',
    ],
  ];

describe('a mistake in a variable is told with its name and exits 1', () => {
  test.each(VARIABLES)('%s=%s', async (name, value, message, hint) => {
    const { status, stderr } = await run({ argv: 'build', env: { [name]: value } });
    const [said, typed = ''] = stderr.split('\n');
    expect(said).toBe(`✗ ${message} [SETTINGS_INVALID]`);
    if (typeof hint === 'string') expect(typed).toBe(`  → ${hint}`);
    else expect(typed).toMatch(hint);
    expect(status).toBe(1);
  });

  test('a secret is not shown', async () => {
    const env = { OVENBIRD_SECRET: 'hunter2' };
    const { status, stderr } = await run({ argv: 'jlserve build app.py', env });
    expect(stderr).toContain('Error: OVENBIRD_SECRET is not in the form that docker has [SETTINGS_INVALID]');
    expect(stderr).not.toContain('hunter2');
    expect(status).toBe(1);
  });

  test('an address of an engine is told as one of DOCKER_HOST is', async () => {
    const { status, stderr } = await run({ argv: 'build', env: { OVENBIRD_ENGINE: 'ftp://x' } });
    expect(stderr).toContain('OVENBIRD_ENGINE');
    expect(stderr).toContain('[ENGINE_ADDRESS_INVALID]');
    expect(status).toBe(2);
  });
});

describe('variables that are no options', () => {
  const warned = [
    ['OVENBIRD_PYTON', 'there is no such option', 'did you mean: OVENBIRD_PYTHON'],
    ['OVENBIRD_PYTHON_VERSION', 'there is no such option', 'did you mean: OVENBIRD_PYTHON'],
    ['OVENBIRD_NOCACHE', 'there is no such option', 'did you mean: OVENBIRD_NO_CACHE'],
    [
      'OVENBIRD_JSON',
      '--json is for the command line alone, as whoever reads stdout asks for it',
      'unset OVENBIRD_JSON',
    ],
  ] as const;

  test.each(warned)('%s: a warning', async (name, why, hint) => {
    const env = { [name]: '1', OVENBIRD_PROGRESS: 'plain' };
    const { stderr, options } = await run({ argv: 'build --json', env });
    expect(stderr).toContain(
      `warning: the variable ${name} changes nothing: ${why} [SETTING_IGNORED]\n  → ${hint}\n`,
    );
    expect(options).toBeDefined();
  });

  test.each([
    'OVENBIRD_DEBUG',
    'OVENBIRD_HANDOVER',
    'OVENBIRD_ROOT',
    'OVENBIRD_UV',
    'OVENBIRD_BED',
    'OVENBIRD_EDITS',
    'OVENBIRD_TEST_REGISTRY',
    'OVENBIRD_KITCHEN_COLOUR',
    'OVENBIRD_',
    'MY_OVENBIRD_PYTON',
  ])('%s: nothing', async (name) => {
    const { stderr } = await run({ argv: 'plan', env: { [name]: 'x' } });
    expect(stderr).not.toContain('warning');
    expect(stderr).toContain('planned no further');
  });
});

test('all of them at once, with those of the command line, in the order of the file', async () => {
  const { status, stderr } = await run({
    argv: 'jlserve build app.py --platform mars',
    files: {
      'ovenbird.toml':
        'timeout = "soon"\nfoo = 1\n[jlserve]\ngpu = 3\nvaildate = true\nsecret = [\n "id=A",\n "id=/"]',
    },
    env: { OVENBIRD_NO_CACHE: 'x', OVENBIRD_PYTHON: '3' },
  });
  expect(stderr.split('\n').filter((line) => line.startsWith('Error:'))).toEqual([
    'Error: there is no option foo (ovenbird.toml:2) [SETTINGS_INVALID]',
    'Error: gpu is neither true nor false: 3 (ovenbird.toml:4) [SETTINGS_INVALID]',
    'Error: there is no option vaildate of [jlserve] (ovenbird.toml:5) [SETTINGS_INVALID]',
    'Error: OVENBIRD_NO_CACHE is neither yes nor no: "x" [SETTINGS_INVALID]',
    expect.stringMatching(/^Error: the id of a secret begins .* \(ovenbird\.toml:8\) \[SETTINGS_INVALID\]$/),
    'Error: --platform "mars" is not a platform that we know [USAGE]',
    'Error: OVENBIRD_PYTHON "3" is not a Python version [SETTINGS_INVALID]',
    'Error: timeout "soon" is not a time (ovenbird.toml:1) [SETTINGS_INVALID]',
  ]);
  expect(status).toBe(1);
});

describe('files that are none', () => {
  const place = {
    link: (root: string) => {
      const elsewhere = temporaryFolder();
      writeFileSync(join(elsewhere, 'x.toml'), 'python = "3.10"');
      symlinkSync(join(elsewhere, 'x.toml'), join(root, 'ovenbird.toml'));
    },
    folder: (root: string) => mkdirSync(join(root, 'ovenbird.toml')),
    huge: (root: string) => writeFileSync(join(root, 'ovenbird.toml'), '#'.repeat(300_000)),
    latin: (root: string) =>
      writeFileSync(join(root, 'ovenbird.toml'), Buffer.from('# a\n# \xe9\npython = "3.10"', 'latin1')),
    dangling: (root: string) => symlinkSync('nowhere', join(root, 'ovenbird.toml')),
    loop: (root: string) => symlinkSync('ovenbird.toml', join(root, 'ovenbird.toml')),
    deep: (root: string) => writeFileSync(join(root, 'ovenbird.toml'), `exclude = ${'['.repeat(5000)}`),
  };

  test.each([
    ['link', 'ovenbird.toml: ovenbird.toml is a symbolic link that leads out of the project', /itself/],
    ['folder', 'ovenbird.toml: ovenbird.toml is not a file', /name/],
    ['huge', 'ovenbird.toml: ovenbird.toml is larger than 256 KiB: settings are a few lines', /README/],
    ['latin', 'ovenbird.toml:2: ovenbird.toml is not UTF-8 text', /UTF-8/],
    ['dangling', 'ovenbird.toml: ovenbird.toml is a symbolic link that leads nowhere', /itself/],
    ['loop', 'ovenbird.toml: cannot read ovenbird.toml (ELOOP)', /chmod/],
    ['deep', 'ovenbird.toml is not valid TOML', /correct/],
  ] as const)('%s', async (kind, message, hint) => {
    const root = temporaryFolder();
    place[kind](root);
    const { status, stderr } = await run({ argv: 'build', root });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')[1]).toMatch(hint);
    expect(status).toBe(1);
  });

  test('a link to another file of the project is followed', async () => {
    const root = temporaryFolder();
    symlinkSync('config/settings.toml', join(root, 'ovenbird.toml'));
    const { options } = await run({
      argv: 'build',
      root,
      files: { 'config/settings.toml': '\uFEFFpython = "3.10"\r\n' },
    });
    expect(options?.python).toBe('3.10');
  });

  test('a pyproject.toml that does not speak of us is none of our business', async () => {
    const { options, stderr } = await run({ argv: 'build', files: { 'pyproject.toml': 'not = = toml' } });
    expect({ stderr, made: options !== undefined }).toEqual({ stderr: '', made: true });
  });

  test('settings in both files', async () => {
    const files = {
      'ovenbird.toml': 'python = "3.10"',
      'pyproject.toml': '[tool.ovenbird]\npython = "3.10"',
    };
    const { status, stderr } = await run({ argv: 'build', files });
    expect(stderr).toContain(
      '✗ ovenbird.toml: ovenbird.toml and [tool.ovenbird] of pyproject.toml both hold settings [SETTINGS_INVALID]',
    );
    expect(status).toBe(1);
    const empty = await run({ argv: 'build', files: { ...files, 'ovenbird.toml': '# later\n' } });
    expect(empty.options?.python).toBe('3.10');
  });

  test('twenty mistakes are shown, and how many more there are', async () => {
    const toml = Array.from({ length: 1000 }, (_, index) => `zzz${index} = 1`).join('\n');
    const { stderr } = await run({ argv: 'build', files: { 'ovenbird.toml': toml } });
    expect(stderr.match(/^✗/gm)).toHaveLength(21);
    expect(stderr).toContain('980 more mistakes in ovenbird.toml');
  });

  test('a secret from a file that is not the project’s', async () => {
    const root = temporaryFolder();
    symlinkSync('/etc/hostname', join(root, 'link'));
    for (const path of ['../key', '/etc/hostname', 'a/../../key', 'link']) {
      const { stderr, status } = await run({
        argv: 'jlserve build app.py',
        root,
        files: { 'ovenbird.toml': `secret = ["id=A,src=${path}"]` },
      });
      expect(stderr).toContain('Error: secret names a file that is not in the project (ovenbird.toml:1)');
      expect(status).toBe(1);
    }
  });

  test('results that would lie elsewhere', async () => {
    const root = temporaryFolder();
    symlinkSync(temporaryFolder(), join(root, 'link'));
    for (const path of ['../w', '/tmp/w', 'link', 'link/new/w']) {
      const { stderr, status } = await run({
        argv: 'jlserve build app.py',
        root,
        files: { 'ovenbird.toml': `[jlserve]\nextract-cache = "${path}"\noutput = "${path}.tar"` },
      });
      expect(stderr).toContain(
        `Error: extract-cache "${path}" is not in the project (ovenbird.toml:2) [SETTINGS_INVALID]\n` +
          '  → name a place in it; or type it, --extract-cache, or set the variable OVENBIRD_EXTRACT_CACHE\n',
      );
      expect(stderr.includes('output "')).toBe(path !== 'link');
      expect(status).toBe(1);
    }
  });
});
