import { expect, test } from 'vitest';
import { countPackages, lockIsCurrent } from '../../../src/targets/lock/lock-file.ts';
import { planLock } from '../../../src/targets/lock/plan-lock.ts';
import type { Resolution } from '../../../src/targets/lock/resolve-files.ts';

const LOCK = `# ovenbird.lock 1
# python 3.12 linux/amd64 glibc 2.35
# inputs sha256:12
numpy==1.26.4 \\
    --hash=sha256:00
    # via a==1
tool @ https://host/tool-1-py3-none-any.whl \\
    --hash=sha256:00
`;

const RESOLUTION: Resolution = {
  python: '3.12',
  platform: 'linux/amd64',
  glibc: '2.35',
  inputsDigest: 'sha256:12',
  noDeps: false,
  excludes: ['a', 'b'],
  files: [
    { path: 'requirements.txt', text: '-r more.txt\n', top: true },
    { path: 'more.txt', text: 'x\n', top: false },
  ],
  decorators: [{ requirement: 'numpy', file: 'tool.py', line: 3 }],
  decoratorWords: 'the script',
  pythonOption: '--python',
  previous: undefined,
};

test('a lock is current by its first line and the digest in its third', () => {
  expect(lockIsCurrent(LOCK, 'sha256:12')).toBe(true);
  expect(lockIsCurrent(LOCK, 'sha256:13')).toBe(false);
  expect(lockIsCurrent(LOCK.replace('lock 1', 'lock 2'), 'sha256:12')).toBe(false);
  expect(lockIsCurrent('', 'sha256:12')).toBe(false);
});

test('its packages are counted, those with an address too', () => {
  expect(countPackages(LOCK)).toBe(2);
  expect(countPackages('# ovenbird.lock 1\n')).toBe(0);
});

test('a current lock is all that the build is given', () => {
  expect(planLock({ ...RESOLUTION, previous: LOCK })).toEqual({
    given: LOCK,
    stage: 'lock-given',
    files: { 'lock/ovenbird.lock': LOCK },
    reason: 'dependencies are taken from ovenbird.lock',
    fact: 'given',
  });
});

test('without one, or with a stale one, the requirements are resolved', () => {
  const fresh = planLock(RESOLUTION);
  expect(fresh).toMatchObject({ given: undefined, stage: 'lock-resolved', fact: 'resolve' });
  expect({
    ...fresh.files,
    'resolve/request.json': JSON.parse(fresh.files['resolve/request.json'] ?? ''),
  }).toEqual({
    'resolve/request.json': {
      python: '3.12',
      platform: 'linux/amd64',
      glibc: '2.35',
      inputsDigest: 'sha256:12',
      noDeps: false,
      excludes: ['a', 'b'],
      sources: [{ file: 'requirements.txt' }],
      decorators: [{ requirement: 'numpy', file: 'tool.py', line: 3 }],
      decoratorWords: 'the script',
      pythonOption: '--python',
    },
    'resolve/excludes.txt': 'a\nb\n',
    'resolve/decorators.txt': 'numpy\n',
    'resolve/requirements/requirements.txt': '-r more.txt\n',
    'resolve/requirements/more.txt': 'x\n',
  });
  const stale = LOCK.replace('sha256:12', 'sha256:13');
  expect(planLock({ ...RESOLUTION, previous: stale })).toEqual({
    ...fresh,
    files: { ...fresh.files, 'resolve/previous.lock': stale },
  });
});

test('uv.lock goes with its pyproject.toml, and only where it is the source', () => {
  const filesOf = (uv: NonNullable<Resolution['uv']>): Record<string, unknown> => {
    const { files } = planLock({ ...RESOLUTION, files: [], uv });
    const request = JSON.parse(files['resolve/request.json'] ?? '') as { uvLock: boolean };
    return { ...files, 'resolve/request.json': request.uvLock };
  };
  const rest = { 'resolve/excludes.txt': 'a\nb\n', 'resolve/decorators.txt': 'numpy\n' };
  expect(filesOf({ lock: 'version = 1\n', pyproject: '[project]\n' })).toEqual({
    ...rest,
    'resolve/request.json': true,
    'resolve/requirements/uv.lock': 'version = 1\n',
    'resolve/requirements/pyproject.toml': '[project]\n',
  });
  expect(filesOf({ lock: undefined, pyproject: '[project]\n' })).toEqual({
    ...rest,
    'resolve/request.json': false,
  });
});
