import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openProvider } from '../../src/providers/registry.ts';
import { readSmoke, type SmokeResult } from '../../src/targets/pyinstaller/report.ts';
import { temporaryFolder } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { buildWindowsStage, packagesStage } from './windows-stages.ts';

const PYTHON = '3.13';

/** A program that gives its status, one with a window, and one that needs the C++ run-time. */
const APP = `
import sys
if sys.argv[1:] == ["clip"]:
    import pyclipper
    print(pyclipper.Area([[0, 0], [2, 0], [2, 2], [0, 2]]))
else:
    open(sys._MEIPASS + "/x", "w").close()
    sys.exit("_MEI" in sys._MEIPASS and sys.argv[1:] == ["a b", "ü"] and 9)
`;

const SPEC = `
a = Analysis(["app.py"], pathex=[r"Z:\\mnt\\packages"])
pyz = PYZ(a.pure)
for name, console in (("tool", True), ("window", False)):
    EXE(pyz, a.scripts, a.binaries, a.datas, name=name, console=console)
`;

/**
 * What programs are taken from.
 * - `python`: python.exe as the program, with arguments that make it do anything.
 * - `frozen`: real executables. The Python that they come from lacks Microsoft's C++ run-time, so
 *   that PyInstaller sees wine's and leaves it out.
 * - `broken`: what cannot be started.
 */
const TREES = `${packagesStage('tried-packages', ['pyinstaller', 'pyclipper'])}
FROM windows-builder AS tried-python

FROM windows-builder AS tried-frozen
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=tmpfs,target=/tmp \\
    --mount=type=bind,source=plan/frozen,target=/mnt/plan \\
    --mount=type=bind,from=tried-packages,source=/packages,target=/mnt/packages \\
    rm /opt/python/msvcp140*.dll && export PYTHONPATH='Z:\\mnt\\packages' && \\
    wine /opt/python/python.exe -m PyInstaller --log-level WARN \\
    --distpath /frozen --workpath /mnt/work 'Z:\\mnt\\plan\\app.spec' && wineserver -w

FROM native AS tried-broken
COPY --from=windows-builder /opt/python/python.exe /broken/python.exe
RUN ["cp", "/etc/passwd", "/broken/text.exe"]
`;

const PLACES = { python: '/opt/python', frozen: '/frozen', broken: '/broken' };

interface Tried {
  readonly tree: keyof typeof PLACES;
  /** By path in the tree; `python.exe` when absent. */
  readonly programs?: readonly string[];
  readonly arguments: readonly string[];
  readonly http?: string;
  readonly timeout?: string;
}

interface Results {
  readonly results: readonly SmokeResult[];
  /** Files of the stage that were written, and wine's processes that were left. */
  readonly left: string;
}

/** What the real step mounts, for a stage of a test. */
const mounts = (tree: Tried['tree']): string => `--mount=type=tmpfs,target=/mnt \\
    --mount=type=tmpfs,target=/tmp \\
    --mount=type=bind,source=toolkit/smoke,target=/mnt/toolkit \\
    --mount=type=bind,source=plan/smoke,target=/mnt/plan \\
    --mount=type=bind,from=tried-${tree},source=${PLACES[tree]},target=/mnt/tree \\
    --mount=type=bind,source=plan/programs,target=/mnt/tree-report`;

/** Runs the smoke step as a build does. */
async function smoke(address: string, tried: Tried): Promise<Results> {
  const stages = `
FROM windows AS tried
RUN ${mounts(tried.tree)} \\
    touch /mnt/before && bash /mnt/toolkit/main.sh && \\
    { find / -xdev -newer /mnt/before -type f ! -path '/ob/*' ! -path '/var/cache/fontconfig/*'; grep -ls 'wine\\|[.]exe' /proc/[0-9]*/comm; true; } > /ob/left

FROM scratch AS tried-result
COPY --from=tried /ob/ /
`;
  const folder = await build(address, stages, {
    'smoke/arguments': tried.arguments.map((each) => `${each}\0`).join(''),
    'smoke/settings': `http=${tried.http ?? ''}\ntimeout=${tried.timeout ?? '30'}\nsystem=windows\n`,
    'programs/program': (tried.programs ?? ['python.exe']).map((each) => `${each}\n`).join(''),
  });
  return { results: await readSmoke(folder), left: readFileSync(join(folder, 'left'), 'utf8') };
}

/** Builds the stage `tried-result` of these: the folder with its files. */
async function build(
  address: string,
  stages: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { signal } = new AbortController();
  const provider = await openProvider({ engine: address, signal, onEvent: () => undefined });
  onTestFinished(() => provider.close());
  const folder = join(temporaryFolder(), 'results');
  mkdirSync(folder);
  await buildWindowsStage({
    provider,
    python: PYTHON,
    stages: TREES + stages,
    files: { 'frozen/app.py': APP, 'frozen/app.spec': SPEC, ...files },
    stage: 'tried-result',
    // As in a build: what a program did once says nothing of the next time.
    noCache: ['tried'],
    output: { type: 'folder', folder },
  });
  return folder;
}

/** A server of Python's standard library on a port that it chooses. */
function served(address: string, host: string): Promise<Results> {
  return smoke(address, {
    tree: 'python',
    arguments: ['-m', 'http.server', '0', '--bind', host],
    http: '/',
  });
}

const code = (...lines: readonly string[]): readonly string[] => ['-c', lines.join('\n')];

const engines = testEngines();

describe.each(engines)('a Windows program is started without Python, on engine $name', ({ address }) => {
  test('and tells how it ended and what it said', { timeout: 600_000 }, async () => {
    const { results, left } = await smoke(address, {
      tree: 'python',
      arguments: [
        ...code(
          'import os, sys, tempfile',
          'print(ascii(sys.argv[1:]))',
          'print(repr(sys.stdin.read()), os.listdir("."), os.listdir(tempfile.gettempdir()))',
          'print([name for name in ("HOSTNAME", "TERM", "TMPDIR", "OVENBIRD_ROOT") if name in os.environ])',
          'for folder in (os.path.expanduser("~"), tempfile.gettempdir(), "."):',
          '    open(os.path.join(folder, "x"), "w").close()',
          'print("bad", file=sys.stderr)',
          'sys.exit(7)',
        ),
        'a b',
        '',
        `it's "$(x)"`,
        'two\nlines',
        '*',
        'ü',
        'C:\\',
      ],
    });
    expect(results).toEqual([
      {
        program: 'python.exe',
        reason: 'exited',
        status: 7,
        milliseconds: expect.any(Number) as number,
        http: '',
        stdout: `['a b', '', 'it\\'s "$(x)"', 'two\\nlines', '*', '\\xfc', 'C:\\\\']\n'' [] []\n[]\n`,
        stderr: 'bad\n',
      },
    ]);
    expect(left).toBe('');
  });

  test('and answers, at the port that it chose', { timeout: 600_000 }, async () => {
    const { results, left } = await served(address, '127.0.0.1');
    expect(results).toMatchObject([{ reason: 'answered', status: undefined, http: 'HTTP/1.0 200 OK' }]);
    expect(results[0]?.stderr).toMatch(/"GET \/ HTTP\/1\.0" 200 -\n$/);
    expect(left).toBe('');
  });
});

describe.each(engines.slice(-1))('a Windows program, on engine $name,', ({ address }) => {
  // The builds of an older engine have no IPv6.
  test.each(['0.0.0.0', '::', '::1'])('that listens on %s is asked', { timeout: 600_000 }, async (host) => {
    const { results } = await served(address, host);
    expect(results).toMatchObject([{ reason: 'answered', http: 'HTTP/1.0 200 OK' }]);
  });

  test('that does not end is ended, and all that it started', { timeout: 600_000 }, async () => {
    const { results, left } = await smoke(address, {
      tree: 'python',
      arguments: code(
        'import subprocess, sys, time',
        'sleep = [sys.executable, "-c", "import time; time.sleep(600)"]',
        'subprocess.Popen(sleep, creationflags=subprocess.DETACHED_PROCESS)',
        'print("begun", flush=True)',
        'time.sleep(600)',
      ),
      timeout: '3',
    });
    expect(results).toMatchObject([
      { reason: 'timeout', status: undefined, milliseconds: 3000, stdout: 'begun\n', stderr: '' },
    ]);
    expect(left).toBe('');
  });

  test('that prints without end is heard to its end', { timeout: 600_000 }, async () => {
    const { results } = await smoke(address, {
      tree: 'python',
      arguments: code(
        'import sys',
        'for _ in range(20_000): sys.stderr.write("x" * 1022 + "\\n")',
        'print("last", file=sys.stderr)',
      ),
    });
    expect(results).toMatchObject([{ reason: 'exited', status: 0 }]);
    const { stderr = '' } = results[0] ?? {};
    expect(stderr.endsWith('xxx\nlast\n')).toBe(true);
    // 64 KiB with Windows' line ends, of which the half is gone.
    expect(stderr.length).toBeGreaterThan(65_000);
    expect(stderr.length).toBeLessThan(65_536);
  });

  test('has a Windows of its own, whatever another has left', { timeout: 600_000 }, async () => {
    const { results } = await smoke(address, {
      tree: 'python',
      programs: ['python.exe', 'none.exe', 'python.exe'],
      arguments: code(
        'import os, winreg',
        'path = os.path.join(os.environ["LOCALAPPDATA"], "x")',
        'key = winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Software\\\\x")',
        'print(os.path.exists(path), winreg.QueryInfoKey(key)[1])',
        'winreg.SetValueEx(key, "x", 0, winreg.REG_SZ, "x")',
        'open(path, "w").close()',
      ),
    });
    expect(results.map(({ status, stdout, stderr }) => [status, stdout, stderr])).toEqual([
      [0, 'False 0\n', ''],
      [127, '', 'ovenbird: none.exe is not in what was built\n'],
      [0, 'False 0\n', ''],
    ]);
  });

  test('can open a window', { timeout: 600_000 }, async () => {
    const { results } = await smoke(address, {
      tree: 'python',
      arguments: code(
        'import ctypes',
        'from ctypes import c_int, c_void_p, c_wchar_p',
        'create = ctypes.windll.user32.CreateWindowExW',
        'create.restype = c_void_p',
        'create.argtypes = [c_int, c_wchar_p, c_wchar_p, c_int] + [c_int] * 4 + [c_void_p] * 4',
        'window = create(0, "STATIC", "x", 0x10000000, 0, 0, 9, 9, None, None, None, None)',
        'print(ctypes.windll.user32.IsWindowVisible(c_void_p(window)))',
      ),
    });
    expect(results).toMatchObject([{ status: 0, stdout: '1\n', stderr: '' }]);
  });

  test('that wine cannot start says why', { timeout: 600_000 }, async () => {
    const { results } = await smoke(address, {
      tree: 'broken',
      programs: ['python.exe', 'text.exe'],
      arguments: [],
    });
    expect(results).toMatchObject([
      { reason: 'exited', status: 53 },
      { reason: 'exited', status: 1 },
    ]);
    const [lacking, text] = results.map(({ stdout, stderr }) => stdout + stderr);
    expect(lacking).toMatch(/Library python313\.dll \(which is needed by L"Z:\S+python\.exe"\) not found\n/);
    expect(text).toMatch(/could not be started/);
  });

  test('that is one file or has no console tells its status', { timeout: 600_000 }, async () => {
    const { results, left } = await smoke(address, {
      tree: 'frozen',
      programs: ['tool.exe', 'window.exe'],
      arguments: ['a b', 'ü'],
    });
    expect(results).toMatchObject([
      { program: 'tool.exe', reason: 'exited', status: 9, stdout: '', stderr: '' },
      { program: 'window.exe', reason: 'exited', status: 9, stdout: '', stderr: '' },
    ]);
    expect(left).toBe('');
  });

  test('that lacks the C++ run-time fails, though wine has one', { timeout: 600_000 }, async () => {
    const { results } = await smoke(address, {
      tree: 'frozen',
      programs: ['tool.exe'],
      arguments: ['clip'],
    });
    expect(results).toMatchObject([{ reason: 'exited', status: 1, stdout: '' }]);
    expect(results[0]?.stderr).toMatch(
      /Library MSVCP140\.dll \(which is needed by L"C:.*pyclipper.*\) not found\n/,
    );
    expect(results[0]?.stderr).toMatch(/^ImportError: DLL load failed while importing _pyclipper/m);

    const lax = `
FROM windows AS tried-lax
RUN ${mounts('frozen')} \\
    mkdir /ob && wine /mnt/tree/tool.exe clip > /ob/said && wineserver -w

FROM scratch AS tried-result
COPY --from=tried-lax /ob/ /
`;
    const files = { 'smoke/settings': '', 'programs/program': '' };
    expect(readFileSync(join(await build(address, lax, files), 'said'), 'utf8')).toBe('4.0\r\n');
  });
});
