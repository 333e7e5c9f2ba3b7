import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run, type SettingsCase } from './run.ts';

const toml = (text: string) => ({ 'ovenbird.toml': text });

interface Row extends SettingsCase {
  readonly says: string;
  /** Part of what the library is asked for. */
  readonly asked: Readonly<Record<string, unknown>>;
}

const ROWS: readonly Row[] = [
  { says: 'a file', argv: 'build', files: toml('python = "3.10"'), asked: { python: '3.10' } },
  {
    says: 'pyproject.toml',
    argv: 'build',
    files: { 'pyproject.toml': '[project]\nname = "x"\n[tool.ovenbird]\npython = "3.10"' },
    asked: { python: '3.10' },
  },
  {
    says: 'a table in pyproject.toml',
    argv: 'build --target jlserve',
    files: { 'pyproject.toml': '[tool.ovenbird.jlserve]\ntag = ["a:1"]' },
    asked: { targetOptions: expect.objectContaining({ tags: ['a:1'] }) },
  },
  { says: 'a variable', argv: 'build', env: { OVENBIRD_PYTHON: '3.10' }, asked: { python: '3.10' } },
  {
    says: 'a variable over a file',
    argv: 'build',
    files: toml('python = "3.10"'),
    env: { OVENBIRD_PYTHON: '3.11' },
    asked: { python: '3.11' },
  },
  {
    says: 'what is typed over a variable and a file',
    argv: 'build --python 3.13',
    files: toml('python = "3.10"'),
    env: { OVENBIRD_PYTHON: '3.11' },
    asked: { python: '3.13' },
  },
  {
    says: 'what is typed over a file',
    argv: 'build --python 3.13',
    files: toml('python = "3.10"'),
    asked: { python: '3.13' },
  },
  {
    says: "a target's table over the top, wherever it stands",
    argv: 'build --target flash',
    files: toml('flash.python = "3.11"\njlserve.python = "3.13"\npython = "3.10"'),
    asked: { python: '3.11' },
  },
  {
    says: "a variable over a target's table",
    argv: 'build --target flash',
    files: toml('[flash]\npython = "3.11"'),
    env: { OVENBIRD_PYTHON: '3.12' },
    asked: { python: '3.12' },
  },
  {
    says: 'an empty variable is none',
    argv: 'build',
    files: toml('python = "3.10"'),
    env: { OVENBIRD_PYTHON: '' },
    asked: { python: '3.10' },
  },
  { says: 'a flag in a file', argv: 'build', files: toml('no-cache = true'), asked: { noCache: true } },
  {
    says: 'a flag that a variable turns off',
    argv: 'build',
    files: toml('no-cache = true\nno-verify = true'),
    env: { OVENBIRD_NO_CACHE: '0', OVENBIRD_NO_VERIFY: '' },
    asked: { noCache: false, verify: true },
  },
  {
    says: 'a flag that the command line turns off',
    argv: 'build --no-cache=false',
    files: toml('no-cache = true'),
    env: { OVENBIRD_NO_CACHE: '1' },
    asked: { noCache: false },
  },
  {
    says: 'a typed flag over a variable that says no',
    argv: 'build --no-cache',
    env: { OVENBIRD_NO_CACHE: 'no' },
    asked: { noCache: true },
  },
  {
    says: 'lists: a variable takes the place of a file',
    argv: 'jlserve build app.py',
    files: toml('[jlserve]\ntag = ["a:1", "b:1"]\napt = ["libgl1,libsm6", "libx11-6"]'),
    env: { OVENBIRD_TAG: 'c:1, d:1\ne:1' },
    asked: {
      targetOptions: expect.objectContaining({
        tags: ['c:1', 'd:1', 'e:1'],
        apt: ['libgl1', 'libsm6', 'libx11-6'],
      }),
    },
  },
  {
    says: 'lists: what is typed takes the place of all',
    argv: 'jlserve build app.py -t x:1',
    files: toml('jlserve = { tag = ["a:1", "b:1"] }'),
    env: { OVENBIRD_TAG: 'c:1' },
    asked: { targetOptions: expect.objectContaining({ tags: ['x:1'] }) },
  },
  {
    says: 'one text is a list of one',
    argv: 'flash build --docker',
    files: toml('exclude = "scipy,pandas"'),
    asked: { targetOptions: expect.objectContaining({ exclude: ['scipy', 'pandas'] }) },
  },
  {
    says: 'secrets in a variable, a line each',
    argv: 'jlserve build app.py',
    env: { OVENBIRD_SECRET: 'id=A,env=B\nid=C' },
    asked: { secrets: [{ id: 'A', variable: 'B' }, { id: 'C' }] },
  },
  {
    says: '--python-version is python, too',
    argv: 'flash build --docker',
    files: toml('python = "3.10"'),
    asked: { python: '3.10', target: 'flash' },
  },
  {
    says: 'typed as --python-version it is over the others',
    argv: 'flash build --docker --python-version 3.11',
    files: toml('python = "3.10"'),
    env: { OVENBIRD_PYTHON: '3.12' },
    asked: { python: '3.11' },
  },
  {
    says: 'the target, and what only it has',
    argv: 'build',
    files: toml('target = "jlserve"\n[jlserve]\ngpu = true\n[flash]\nno-deps = true'),
    asked: { target: 'jlserve', targetOptions: expect.objectContaining({ gpu: true }) },
  },
  {
    says: 'what the command does not take is for others',
    argv: 'plan',
    files: toml('target = "flash"\ntimeout = "10m"\noutput = "x.tar.gz"'),
    asked: { target: 'flash' },
  },
  {
    says: 'a plan has settings as a build has',
    argv: 'plan',
    files: toml('base = "python:3.10"'),
    asked: { base: 'python:3.10' },
  },
];

test.each(ROWS)('$says', async ({ asked, ...given }) => {
  const { options, stderr } = await run(given);
  expect(options, stderr).toMatchObject(asked);
});

describe('a setting of one target', () => {
  const files = toml('exclude = ["scipy"]\n[jlserve]\ntag = ["a:1"]');

  test.each([
    ['flash', { target: 'flash', targetOptions: expect.objectContaining({ exclude: ['scipy'] }) }],
    ['jlserve', { target: 'jlserve', targetOptions: expect.objectContaining({ tags: ['a:1'] }) }],
  ])('goes to %s where the project is one', async (detected, asked) => {
    const { options, detections } = await run({ argv: 'build', files, detected });
    expect(options).toMatchObject(asked);
    expect(detections).toBe(1);
  });

  test.each(['build --target flash', 'build --no-deps', 'flash build --docker', 'jlserve build app.py'])(
    'asks nobody what is built where that is said: %s',
    async (argv) => {
      expect((await run({ argv, files })).detections).toBe(0);
    },
  );

  test('settings of all targets ask nobody', async () => {
    const { detections } = await run({ argv: 'build', files: toml('python = "3.12"') });
    expect(detections).toBe(0);
  });

  test('neither breaks nor decides a build of another', async () => {
    const env = { OVENBIRD_TAG: 'a:1', OVENBIRD_SECRET: 'id=A' };
    for (const argv of ['build --target flash', 'build', 'flash build --docker']) {
      const { options, status, stderr } = await run({ argv, env });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(options?.targetOptions).toBeUndefined();
      expect(options?.secrets).toBeUndefined();
    }
  });
});

describe('paths', () => {
  const cases = [
    ['build', toml('ca = "ca.pem"'), (root: string) => ({ caFile: join(root, 'ca.pem') })],
    [
      'jlserve build ../app.py',
      toml('output = "x.tar"\nextract-cache = "w"\nsecret = ["id=A,src=key"]'),
      (root: string) => ({
        output: join(root, 'x.tar'),
        secrets: [{ id: 'A', file: join(root, 'key') }],
        targetOptions: expect.objectContaining({ extractCache: join(root, 'w') }),
      }),
    ],
    ['build .. --target flash', toml('output = "x.tar.gz"'), () => ({ output: 'x.tar.gz' })],
    [
      'build .. --target flash',
      toml('output = "out/x.tar.gz"'),
      (root: string) => ({ output: join(root, 'out/x.tar.gz') }),
    ],
  ] as const;

  test.each(cases)('of a file begin at the project: %s %j', async (argv, files, asked) => {
    const inside = argv.includes('..');
    const { options, root } = await run({
      argv,
      files: { ...files, 'sub/x': '' },
      ...(inside ? { cwd: 'sub' } : {}),
    });
    expect(options).toMatchObject(asked(root));
  });

  test('of a variable stay as they are', async () => {
    const { options } = await run({ argv: 'build', env: { OVENBIRD_CA: 'ca.pem', OVENBIRD_OUTPUT: 'x' } });
    expect(options).toMatchObject({ caFile: 'ca.pem', output: 'x' });
  });
});

test('an option that names its target is over a target that is set', async () => {
  const { options } = await run({
    argv: 'build -t a:1',
    files: toml('target = "flash"\n[jlserve]\ngpu = true'),
  });
  expect(options).toMatchObject({ target: 'jlserve' });
  expect(options?.targetOptions).toMatchObject({ tags: ['a:1'], gpu: true });
});

test('the file of the project counts, not one above or where it is typed', async () => {
  const files = {
    'ovenbird.toml': 'python = "3.10"',
    'deep/app.py': '',
    'deep/pyproject.toml': '[tool.other]\nx = "ovenbird"',
  };
  expect((await run({ argv: 'build deep', files })).options?.python).toBeUndefined();
  expect((await run({ argv: 'build', files, cwd: 'deep' })).options?.python).toBeUndefined();
  expect((await run({ argv: 'build ..', files, cwd: 'deep' })).options?.python).toBe('3.10');
  expect((await run({ argv: 'build ../app.py', files, cwd: 'deep' })).options?.python).toBe('3.10');
});

describe('where options came from', () => {
  test('is told with the request', async () => {
    const { options } = await run({
      argv: 'build --base python:3.11',
      files: toml('\nbase = "x"\npython = "3.11"'),
      env: { OVENBIRD_TIMEOUT: '10m' },
    });
    expect(options?.origins).toEqual({
      python: { source: 'ovenbird.toml', name: 'python', place: 'ovenbird.toml:3' },
      timeout: { source: 'the environment', name: 'OVENBIRD_TIMEOUT', place: 'OVENBIRD_TIMEOUT' },
    });
  });

  test('is absent where all was typed', async () => {
    expect((await run({ argv: 'build --python 3.11' })).options).not.toHaveProperty('origins');
  });
});

describe('--in-place', () => {
  const files = toml('tag = ["a:1"]\napt = ["libgl1"]\nbase = "x"\npython = "3.12"\nsecret = ["id=A"]');
  const env = { JLSERVE_CACHE_DIR: '.', OVENBIRD_PROGRESS: 'quiet' };

  test('leaves settings of images aside', async () => {
    const { options, stderr } = await run({ argv: 'jlserve build ROOT/app.py --in-place', files, env });
    expect(options, stderr).toMatchObject({ python: '3.12' });
    for (const key of ['base', 'secrets', 'targetOptions']) expect(options).not.toHaveProperty(key);
    expect(stderr).not.toContain('of images');
  });

  test('refuses them where they are typed', async () => {
    const { status, stderr } = await run({ argv: 'jlserve build ROOT/app.py --in-place -t b:1', files, env });
    expect(stderr).toContain('--tag is of images');
    expect(status).toBe(2);
  });
});

test('OVENBIRD_PROGRESS=json makes an error an event, too; what is typed is over it', async () => {
  const env = { OVENBIRD_PROGRESS: 'json', OVENBIRD_PYTHON: 'three' };
  const { stderr } = await run({ argv: 'build', env });
  expect(JSON.parse(stderr)).toMatchObject({ type: 'error', code: 'SETTINGS_INVALID' });
  expect((await run({ argv: 'build --progress plain', env })).stderr).toMatch(/^✗ /);
});
