import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Step, type StepResult } from '../step.ts';

const DEPENDENCIES: Readonly<Record<string, string>> = {
  'alpha/__init__.py': '# alpha\n',
  'alpha/big.bin': 'abc'.repeat(3_000_000),
  'alpha/__pycache__/x.pyc': 'never',
  'alpha-1.0.dist-info/RECORD': 'alpha/__init__.py,,\nalpha/big.bin,,\n',
  'shared/from_alpha.py': '',
};

interface Packed extends StepResult {
  readonly step: Step;
  readonly archive: string;
}

interface Packing {
  readonly request?: object;
  /** Fields of the manifest, its resource, and the function that it serves. */
  readonly python?: string;
  readonly resource?: object;
  readonly served?: readonly object[];
}

async function pack(
  project: Readonly<Record<string, string>>,
  { request = {}, python = '3.12', resource = {}, served = [] }: Packing = {},
): Promise<Packed> {
  const trees = {
    ...prefixed('deps/tree/', DEPENDENCIES),
    'deps/report.json': {
      packages: [{ name: 'alpha', version: '1.0', bytes: 9, files: 2, requires: ['torch'] }],
    },
    ...prefixed('sdk/tree/', {
      'runpod_flash/__init__.py': '',
      'runpod_flash/runtime/_flash_resource_config.py': 'placeholder',
    }),
    'sdk/tree/fastapi/__init__.py': 'not shipped',
    'sdk/report.json': { packages: [{ name: 'runpod-flash', version: '1.21.0' }] },
  };
  const squeeze = new Step('squeeze', trees);
  const squeezed = await squeeze.run();
  expect(squeezed.stderr).toBe('');
  const manifest = {
    python_version: python,
    resources: {
      one: {
        file_path: 'app.py',
        functions: [],
        env: { LEVEL: 'info', API_KEY: 'abc', URL: 'postgres://u:p@h/d' },
        ...resource,
      },
    },
  };
  const step = new Step('pack', {
    ...trees,
    ...prefixed('project/', project),
    'lock/ovenbird.lock': '# a lock\n',
    'plan/request.json': { verify: true, excludes: ['torch'], modules: ['app.py'], ...request },
    'discover/flash_manifest.json': manifest,
    'discover/found.json': {
      version: 1,
      endpoints: [{ name: 'one', file: 'app.py', functions: served }],
      warnings: [],
    },
    'discover/files/handler_one.py': 'handler = None\n',
    'discover/files/runpod_flash/runtime/_flash_resource_config.py': 'generated',
  });
  mkdirSync(join(step.root, 'mnt/squeeze'), { recursive: true });
  cpSync(join(squeeze.root, 'ob/squeeze'), join(step.root, 'mnt/squeeze'), { recursive: true });
  const result = await step.run();
  return { step, archive: join(step.root, 'ob/out/artifact.tar.gz'), ...result };
}

function prefixed<Value>(prefix: string, files: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [prefix + path, text]));
}

const PROJECT = { 'app.py': 'print(1)\n', 'shared/mine.py': '', 'data/ä.txt': 'x' };

test("one member that GNU tar and both of Python's modes read whole, sorted, with fixed owners and times", async () => {
  const { status, stderr, archive, step } = await pack(PROJECT);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  execFileSync('gzip', ['-t', archive]);
  const listed = execFileSync(
    'tar',
    ['--list', '--verbose', '--numeric-owner', '--full-time', '--quoting-style=literal', '--file', archive],
    { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } },
  );
  const names = listed
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/).slice(5).join(' '));
  expect(names[0]).toBe('./');
  expect(names).toContain('./runpod_flash/runtime/_flash_resource_config.py');
  expect(names).toContain('./data/ä.txt');
  expect(names.filter((name) => name === './shared/')).toHaveLength(1);
  expect(names.some((name) => /pycache|fastapi/.test(name))).toBe(false);
  const tops = names.map((name) => name.split('/')[1] ?? '');
  expect(tops).toEqual([...tops].sort());
  for (const line of listed.trim().split('\n')) {
    expect(line).toMatch(/^(?:drwxr-xr-x|-rw-r--r--) 0\/0 +\d+ 1980-01-01 00:00:00 /);
  }
  const counted = await step.evaluate(`
import json, tarfile
with tarfile.open(${JSON.stringify(archive)}) as whole, tarfile.open(${JSON.stringify(archive)}, "r|gz") as stream:
    assert whole.extractfile("./alpha/big.bin").read() == b"abc" * 3_000_000
    assert whole.extractfile("./runpod_flash/runtime/_flash_resource_config.py").read() == b"generated"
    print(json.dumps([len(whole.getnames()), sum(1 for _ in stream)]))
`);
  expect(counted).toEqual([names.length, names.length]);
});

test('the same inputs give the same bytes, in another folder too', async () => {
  const first = await pack(PROJECT);
  const second = await pack(PROJECT);
  expect(digest(second.archive)).toBe(digest(first.archive));
  const edited = await pack({ ...PROJECT, 'app.py': 'print(2)\n' });
  expect(digest(edited.archive)).not.toBe(digest(first.archive));
});

test('the manifest gets the fingerprint; secrets stay out of the shipped one', async () => {
  const { step, archive } = await pack(PROJECT);
  const hash = createHash('sha256');
  for (const [path, text] of Object.entries(PROJECT).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const part of [Buffer.from(path), Buffer.from(text)]) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(part.length));
      hash.update(length).update(part);
    }
  }
  const whole = step.json('out/flash_manifest.json') as unknown as Manifest;
  expect(whole.source_fingerprint).toBe(hash.digest('hex'));
  expect(Object.keys(whole.resources.one.env)).toEqual(['LEVEL', 'API_KEY', 'URL']);
  const shipped = JSON.parse(
    execFileSync('tar', ['-xzOf', archive, './flash_manifest.json'], { encoding: 'utf8' }),
  ) as Manifest;
  expect(Object.keys(shipped.resources.one.env)).toEqual(['LEVEL']);
  expect(step.json('out/report.json')).toMatchObject({
    files: 3,
    verified: true,
    sdkVersion: '1.21.0',
    packages: [{ name: 'alpha', version: '1.0', bytes: 9, files: 2 }],
    excluded: [{ name: 'torch', requiredBy: ['alpha'] }],
    warnings: [{ code: 'FLASH_SECRET_IN_ENV' }, { code: 'FLASH_SECRET_IN_ENV' }],
  });
});

test('--include-env ships what looks like a secret, and says so', async () => {
  const { step, archive } = await pack(PROJECT, { request: { includeEnv: true } });
  const shipped = JSON.parse(
    execFileSync('tar', ['-xzOf', archive, './flash_manifest.json'], { encoding: 'utf8' }),
  ) as Manifest;
  expect(Object.keys(shipped.resources.one.env)).toEqual(['LEVEL', 'API_KEY', 'URL']);
  expect(step.json('out/report.json')['warnings']).toMatchObject(
    ['API_KEY', 'URL'].map((name) => ({
      code: 'FLASH_SECRET_IN_ENV',
      message: `env ${name} of endpoint 'one' looks like a secret: it is shipped in plain text, as --include-env asks`,
    })),
  );
});

interface Manifest {
  readonly source_fingerprint: string;
  readonly resources: { readonly one: { readonly env: object } };
}

test('names that two sources claim are errors, all together', async () => {
  const { errors, status } = await pack({
    'app.py': '',
    'alpha.py': '',
    'handler_one.py': '',
    'runpod_flash/x.py': '',
    'shared/from_alpha.py': '',
  });
  expect(status).toBe(1);
  expect(errors.map(({ code }) => code)).toEqual(Array(4).fill('FLASH_NAME_COLLISION'));
  expect(errors.map(({ location }) => location?.file)).toEqual([
    'handler_one.py',
    'runpod_flash',
    'alpha.py',
    'shared',
  ]);
  expect(errors[2]?.message).toContain('alpha');
});

test('a module that is missing from the archive is a defect of ours', async () => {
  const { errors, status } = await pack({ 'other.py': '' });
  expect(status).toBe(70);
  expect(errors).toMatchObject([{ code: 'ARCHIVE_INVALID' }]);
  expect((await pack({ 'other.py': '' }, { request: { verify: false } })).status).toBe(0);
});

test('checksums of joined parts are those of the whole', async () => {
  const step = new Step('pack', {});
  expect(
    await step.evaluate(`
import json, os, zlib
from ob_archive import combine
for first, second in ((b"", b""), (b"a", b""), (b"", b"b"), (b"hello ", b"world"), (os.urandom(70000), os.urandom(123457))):
    assert combine(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)
print(json.dumps("ok"))
`),
  ).toBe('ok');
});

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

test.each<[string, Packing, object[]]>([
  [
    'a name that is excluded by hand, and nothing needs',
    { request: { excludes: ['torch', 'troch'], unasked: ['torch', 'troch'] } },
    [{ code: 'FLASH_EXCLUDE_UNMATCHED', message: '--exclude: nothing that is installed needs troch' }],
  ],
  [
    'a GPU and another Python',
    { python: '3.11', resource: { gpuIds: 'ADA_24' } },
    [{ code: 'FLASH_GPU_PYTHON' }],
  ],
  ['a GPU and the usual Python', { resource: { gpuIds: 'ADA_24' } }, []],
  ['a CPU and another Python', { python: '3.11', resource: { instanceIds: ['cpu3c-1-2'] } }, []],
  [
    'a CPU and torch',
    {
      resource: { instanceIds: ['cpu3c-1-2'] },
      served: [
        {
          name: 'f',
          line: 7,
          dependencies: ['rich', 'Torch[x]>=2; python_version > "3"'],
          systemDependencies: [],
        },
      ],
    },
    [{ code: 'FLASH_CPU_TORCH', location: { file: 'app.py', line: 7 } }],
  ],
  [
    'a GPU and torch',
    {
      resource: { gpuIds: 'ADA_24' },
      served: [{ name: 'f', line: 7, dependencies: ['torch'], systemDependencies: [] }],
    },
    [],
  ],
])('is warned about: %s', async (_, packing, wanted) => {
  const resource = { ...packing.resource, env: {} };
  const { step, stderr } = await pack(PROJECT, { ...packing, resource });
  expect(stderr).toBe('');
  const { warnings } = step.json('out/report.json');
  expect(warnings).toMatchObject(wanted);
  expect(warnings).toHaveLength(wanted.length);
});
