import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { planLock } from '../../../src/targets/lock/plan-lock.ts';
import { Step, type StepResult } from '../step.ts';

/** Says what the pinned uv said, of the packages that there were then. */
const RECORDED_UV = fileURLToPath(new URL('recorded-uv.py', import.meta.url));

interface Asked {
  readonly python?: string;
  readonly requirements: readonly string[];
  readonly own?: string;
  readonly platform?: string;
}

async function resolve(asked: Asked): Promise<StepResult & { readonly lock: () => string }> {
  const { python = '3.12', platform = 'windows/amd64', requirements, own } = asked;
  const { files } = planLock({
    python,
    platform,
    glibc: platform.startsWith('windows/') ? undefined : '2.36',
    inputsDigest: 'sha256:12',
    noDeps: false,
    excludes: [],
    files: [{ path: 'requirements.txt', text: `# top\n${requirements.join('\n')}\n`, top: true }],
    decorators: own === undefined ? [] : [{ requirement: own, file: 'pyinstaller', line: 1 }],
    decoratorWords: 'the program',
    pythonOption: '--python',
    previous: undefined,
  });
  const mounts = Object.entries(files).map(([path, text]) => [path.replace(/^resolve\//, 'plan/'), text]);
  const step = new Step('resolve', Object.fromEntries(mounts) as Record<string, string>, 'pyinstaller');
  const result = await step.run({ OVENBIRD_UV: RECORDED_UV });
  return { ...result, lock: () => step.text('lock/ovenbird.lock') };
}

test("packages for Windows: its markers, its wheels, and a header without a C library's version", async () => {
  const done = await resolve({ requirements: ['click<8.3'], own: 'pyinstaller==6.22.3' });
  expect(done.stderr).toBe('');
  const lines = done.lock().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    '# ovenbird.lock 1',
    '# python 3.12 windows/amd64',
    '# inputs sha256:12',
  ]);
  const names = lines.filter((line) => /^\w/.test(line)).map((line) => line.split('==')[0]);
  expect(names).toEqual(expect.arrayContaining(['click', 'colorama', 'pefile', 'pywin32-ctypes']));
});

describe('what has no wheel for Windows', () => {
  test('there are those for other systems: each requirement with its line and what to do', async () => {
    const uvloop = 'uvloop>=0.19; python_version > "3.8"';
    const { status, errors } = await resolve({ requirements: ['six', uvloop, 'pysam'] });
    expect(status).toBe(1);
    expect(errors).toMatchObject([
      {
        code: 'DEPENDENCY_UNRESOLVABLE',
        message: 'uvloop>=0.19 has wheels for Linux and macOS only',
        hint: 'leave it out on Windows: uvloop>=0.19; python_version > "3.8" and sys_platform != "win32" — in place of uvloop there is winloop, or asyncio\'s own loop',
        location: { file: 'requirements.txt', line: 3 },
      },
      {
        message: 'pysam has wheels for Linux and macOS only',
        hint: 'leave it out on Windows: pysam; sys_platform != "win32" — or name a wheel of pysam that you built, by its URL',
        location: { file: 'requirements.txt', line: 4 },
      },
    ]);
  });

  test('another version has one, or another Python', async () => {
    const { errors } = await resolve({ python: '3.13', requirements: ['numpy==1.26.4'] });
    expect(errors).toMatchObject([
      {
        message: 'numpy==1.26.4 has no wheel for Windows with Python 3.13; numpy 2.5.5 has one',
        hint: 'ask for that version, or build with --python 3.12',
      },
    ]);
  });

  test('another package asks for it, and there is nothing but source', async () => {
    const { errors } = await resolve({ requirements: ['django-auth-ldap==5.1.0'] });
    expect(errors).toMatchObject([
      {
        message:
          'python-ldap, which django-auth-ldap asks for, has no wheel for Windows with Python 3.12: what there is has to be compiled',
        hint: 'leave it out on Windows: django-auth-ldap; sys_platform != "win32" — in place of python-ldap there is ldap3',
        location: { file: 'requirements.txt', line: 2 },
      },
    ]);
  });

  test('wheels for a Python of long ago are no source', async () => {
    const { errors } = await resolve({ requirements: ['uvloop==0.6.1'] });
    expect(errors).toMatchObject([{ message: 'uvloop==0.6.1 has no wheel for Windows with Python 3.12' }]);
  });

  test('a spelling mistake beside it is told as such', async () => {
    const { errors } = await resolve({ requirements: ['nosuch-zz-zz', 'uvloop>=0.19'] });
    expect(errors).toMatchObject([
      { message: 'no package is called nosuch-zz-zz', location: { line: 2 } },
      { message: 'uvloop>=0.19 has wheels for Linux and macOS only', location: { line: 3 } },
    ]);
  });

  test('for Linux, it is told as ever', async () => {
    const { errors } = await resolve({ platform: 'linux/amd64', requirements: ['python-ldap'] });
    expect(errors).toMatchObject([
      { message: "python-ldap has no wheel for the target's Python and platform" },
    ]);
  });
});

test("what only a project's uv.lock names is found there", async () => {
  const lock = 'version = 1\n\n[[package]]\nname = "uvloop"\nversion = "0.22.1"\n';
  const step = new Step('resolve', { 'work/uv.lock': lock }, 'pyinstaller');
  const said = await step.evaluate(`
import json, ob, windows
explainer = windows.Explainer({"python": "3.12"}, [], ob.mnt("work"))
print(json.dumps([explainer._place(name, None) for name in ("uvloop", "six")]))
`);
  expect(said).toEqual([{ file: 'uv.lock', line: 4 }, null]);
});

test('a wheel by its URL that is for another system is refused before it is locked', async () => {
  const file = 'tool-1.0-cp312-cp312-manylinux_2_17_x86_64.whl';
  const step = new Step('resolve', {}, 'pyinstaller');
  const said = await step.evaluate(`
import json, ob, windows
class Origins:
    def find(self, name, said=""):
        return {"file": "requirements.txt", "line": 4, "text": name}
lock = """plain @ https://host/plain-1.0-py3-none-any.whl \\\\
    --hash=sha256:00
right @ https://host/right-1.0-cp312-cp312-win_amd64.whl
tool @ https://host/${file}
"""
try:
    windows.refuse_wheels_of_others(lock, Origins())
except ob.Failure as failure:
    print(json.dumps(failure.problems))
`);
  expect(said).toEqual([
    {
      code: 'DEPENDENCY_UNRESOLVABLE',
      message: `${file} is a wheel for manylinux_2_17_x86_64, and the build is for 64-bit Windows`,
      hint: 'name another one there: tool @ …-win_amd64.whl; sys_platform == "win32"',
      location: { file: 'requirements.txt', line: 4 },
    },
  ]);
});
