import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepare } from '../../src/build-job.ts';
import { composeJob, solveStage } from '../../src/build-solve.ts';
import { OvenbirdError } from '../../src/errors.ts';
import { planLock } from '../../src/targets/lock/plan-lock.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const [newest] = testEngines().toReversed();

/** What each installed file is, by its first bytes. */
const LOOK = `import json, os, struct
def kind(path):
    with open(path, "rb") as file:
        head = file.read(4096)
    if head[:4] == b"\\x7fELF":
        return "ELF"
    if head[:4] in (b"\\xcf\\xfa\\xed\\xfe", b"\\xca\\xfe\\xba\\xbe"):
        return "Mach-O"
    if head[:2] == b"MZ":
        at = struct.unpack_from("<I", head, 60)[0]
        return "PE %x" % struct.unpack_from("<H", head, at + 4)[0] if head[at:at + 4] == b"PE\\0\\0" else "MZ"
    return "text" if head[:2] != b"#!" else "script"
tree = "/mnt/deps/root/opt/deps"
found = {}
for folder, _, names in os.walk(tree):
    for name in names:
        path = os.path.join(folder, name)
        found[os.path.relpath(path, tree)] = kind(path)
os.makedirs("/ob")
json.dump(found, open("/ob/kinds.json", "w"))
`;

/** Stages after the template's own, which tell what was installed and of which lock. */
const STAGES = (lock: string): string => `
FROM native AS look
RUN --mount=type=bind,from=install,source=/ob/deps,target=/mnt/deps \\
    --mount=type=bind,source=plan/look,target=/mnt/plan \\
    ["python3", "/mnt/plan/look.py"]
FROM scratch AS looked
COPY --from=look /ob/ /
COPY --from=${lock} /ob/lock/ /
`;

interface Installed {
  /** By path relative to the folder of packages. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly lock: string;
  readonly ran: readonly string[];
}

interface Wanted {
  readonly python: string;
  readonly requirements: readonly string[];
  readonly previous?: string;
}

/** Resolves and installs for Windows, by the steps of an executable's build. */
async function install({ python, requirements, previous }: Wanted): Promise<Installed> {
  const project = temporaryFolder();
  await writeFiles(project, { 'app.py': '' });
  const signal = new AbortController().signal;
  const options = {
    project: join(project, 'app.py'),
    target: 'pyinstaller',
    python,
    engine: newest?.address ?? '',
  };
  const job = await prepare(options, signal);
  try {
    const lock = planLock({
      python,
      platform: 'windows/amd64',
      glibc: undefined,
      inputsDigest: 'sha256:of-the-test',
      noDeps: false,
      excludes: [],
      files: [{ path: 'requirements.txt', text: `${requirements.join('\n')}\n`, top: true }],
      decorators: [{ requirement: 'pyinstaller', file: 'pyinstaller', line: 1 }],
      decoratorWords: 'the program',
      pythonOption: '--python',
      previous,
    });
    const others = Object.entries(job.plan.files).filter(([path]) => !/^(?:resolve|lock)\//.test(path));
    const files = { ...Object.fromEntries(others), ...lock.files, 'look/look.py': LOOK };
    const plan = { ...job.plan, files, stages: { ...job.plan.stages, lock: lock.stage } };
    const composed = await composeJob({ ...job, plan }, false);
    const folder = temporaryFolder();
    const { ran } = await solveStage(
      { ...composed, dockerfile: composed.dockerfile + STAGES(lock.stage) },
      { stage: 'looked', output: { type: 'folder', folder } },
    );
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    return {
      kinds: JSON.parse(read('kinds.json')) as Record<string, string>,
      lock: read('ovenbird.lock'),
      ran,
    };
  } finally {
    await job.provider.close();
  }
}

const REQUIREMENTS = ['numpy', 'pydantic', 'certifi', 'click<8.3', 'fastapi', 'uvicorn[standard]', 'pywin32'];

test.each(['3.11', '3.12', '3.13'])(
  'packages for Windows and Python %s are resolved and installed on Linux',
  { timeout: 900_000 },
  async (python) => {
    const { kinds, lock } = await install({ python, requirements: REQUIREMENTS });
    expect(lock.split('\n')[1]).toBe(`# python ${python} windows/amd64`);
    const names = lock.split('\n').flatMap((line) => /^[\w.-]+(?===)/.exec(line) ?? []);
    expect(names).toEqual(
      expect.arrayContaining(['colorama', 'pefile', 'pywin32-ctypes', 'pywin32', 'httptools']),
    );
    expect(names).not.toContain('uvloop');

    const paths = Object.keys(kinds);
    const compiled = paths.filter((path) => path.endsWith('.pyd'));
    expect(compiled).toContainEqual(
      expect.stringMatching(/^numpy\/_core\/_multiarray_umath\.cp3\d+-win_amd64\.pyd$/),
    );
    expect(compiled).toContainEqual(
      expect.stringMatching(/^pydantic_core\/_pydantic_core\.cp3\d+-win_amd64\.pyd$/),
    );
    expect(compiled).toContainEqual(expect.stringMatching(/^win32\/win32api\.pyd$/));
    expect(new Set(compiled.map((path) => kinds[path]))).toEqual(new Set(['PE 8664']));
    expect(kinds[`pywin32_system32/pywintypes${python.replace('.', '')}.dll`]).toBe('PE 8664');
    expect(kinds['PyInstaller/bootloader/Windows-64bit-intel/run.exe']).toBe('PE 8664');
    expect(paths).toContain('certifi/cacert.pem');

    // Nothing of the system that it was installed on.
    const foreign = paths.filter(
      (path) => ['ELF', 'Mach-O'].includes(kinds[path] ?? '') || /\.(?:so|dylib)(?:\.|$)/.test(path),
    );
    expect(foreign).toEqual([]);
    // But byte code is the same on all systems.
    expect(paths).toContain(`certifi/__pycache__/core.cpython-${python.replace('.', '')}.pyc`);
    const started = paths.filter((path) => path.startsWith('bin/') && kinds[path] === 'script');
    expect(started).toEqual([]);

    // The lock alone keys the installation: as the project's own it installs nothing anew.
    const again = await install({ python, requirements: [], previous: lock });
    expect(again.ran).not.toContain('install');
    expect(again).toMatchObject({ lock, kinds });
  },
);

test('what has no wheel for Windows is named with what there is', { timeout: 600_000 }, async () => {
  const failed: unknown = await install({ python: '3.12', requirements: ['six', 'uvloop'] }).catch(
    (error: unknown) => error,
  );
  expect(failed).toBeInstanceOf(OvenbirdError);
  expect((failed as OvenbirdError).problems).toMatchObject([
    {
      code: 'DEPENDENCY_UNRESOLVABLE',
      message: 'uvloop has wheels for Linux and macOS only',
      hint: expect.stringContaining('uvloop; sys_platform != "win32"') as unknown,
      location: { file: 'requirements.txt', line: 2 },
    },
  ]);
});
