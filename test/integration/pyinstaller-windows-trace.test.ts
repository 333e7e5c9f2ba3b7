import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { composeContext } from '../../src/context/compose.ts';
import { renderDockerfile } from '../../src/dockerfile/render.ts';
import { readOwnFile } from '../../src/package-root.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { scanProject } from '../../src/project/scan.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { planWindowsPython, WINDOWS_PYTHON_ROOT } from '../../src/targets/pyinstaller/windows-python/plan.ts';
import { readWindowsPython } from '../../src/targets/pyinstaller/windows-python/read.ts';
import { readVersions } from '../../src/versions.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { standIns, windowsPython } from '../windows-python.ts';
import { testEngines } from './engines.ts';

const [newest] = testEngines().toReversed();
const PYTHON = '3.12';

/** Packages for Windows, as the build's own step leaves them. */
const INSTALL = `
FROM native AS install-windows
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=bind,from=uv,source=/ob/uv,target=/mnt/uv \\
    --mount=type=cache,id=ovenbird-uv,target=/mnt/cache/uv \\
    --mount=type=secret,id=ca,target=/mnt/secrets/ca.pem \\
    SSL_CERT_FILE=$(test -s /mnt/secrets/ca.pem && echo /mnt/secrets/ca.pem) UV_CACHE_DIR=/mnt/cache/uv UV_LINK_MODE=copy \\
    /mnt/uv/pkg/bin/uv pip install --quiet --python python3 --python-platform x86_64-pc-windows-msvc \\
    --only-binary :all: --target /ob/deps/root/opt/deps 'numpy>=2.2' pydantic
`;

/** The stage `trace-windows`, once for each of several programs. */
const traceStage = (name: string): string => `
FROM windows-builder AS trace-${name}
RUN --mount=type=tmpfs,target=/mnt \\
    --mount=type=tmpfs,target=/tmp \\
    --mount=type=bind,source=toolkit/trace,target=/mnt/toolkit \\
    --mount=type=bind,source=plan/trace/${name},target=/mnt/plan \\
    --mount=type=bind,source=project,target=/mnt/project \\
    --mount=type=bind,from=install-windows,source=/ob/deps/root/opt/deps,target=/mnt/deps \\
    ["python3", "/mnt/toolkit/main.py"]
`;

/** What they found, and what else they left in wine's folders. */
const resultStages = (names: readonly string[]): string => `
FROM windows-builder AS left
RUN ${names
  .map((name) => `--mount=type=bind,from=trace-${name},source=/opt/wine/drive_c,target=/mnt/${name}`)
  .join(' ')} \\
    mkdir /ob && cd /opt/wine/drive_c && find . -type f | sort >/tmp/before && \\
    for name in ${names.join(' ')}; do \\
      (cd /mnt/$name && find . -type f | sort) | comm -13 /tmp/before - >/ob/$name; \\
    done

FROM scratch AS traced
COPY --from=left /ob/ /left/
${names.map((name) => `COPY --from=trace-${name} /ob/trace/ /ob/trace-report/ /${name}/`).join('\n')}
`;

interface Program {
  readonly entry: object;
  readonly arguments?: readonly string[];
  readonly http?: string;
  readonly timeoutSeconds?: number;
}

interface Traced {
  readonly trace: {
    readonly modules: readonly string[];
    readonly metadata: readonly string[];
    readonly data: readonly string[];
    readonly loose: readonly string[];
    readonly libraries: readonly string[];
    readonly ran: boolean;
  };
  readonly said: string;
  readonly reason: string;
  readonly status: string;
  readonly http: string;
  readonly seconds: number;
  /** Files that were not in wine's prefix before. */
  readonly left: readonly string[];
}

/** Runs programs of one project unfrozen under wine, by the step of an executable's build. */
async function traceWindows<Name extends string>(
  files: Readonly<Record<string, string>>,
  programs: Readonly<Record<Name, Program>>,
): Promise<Record<Name, Traced>> {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  await writeFiles(folder, {
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`project/${path}`, text])),
    'result/.keep': '',
  });
  const signal = new AbortController().signal;
  const onEvent = (): void => undefined;
  const provider = await openProvider({ engine: newest?.address ?? '', signal, onEvent });
  onTestFinished(() => provider.close());
  const given = await readWindowsPython({ given: await windowsPython(PYTHON), folder, python: PYTHON });
  if (given.kind === 'image') throw new Error('the test bed’s Python is a file');
  const part = planWindowsPython(given, { python: PYTHON, versions: await readVersions() });
  const { base, wine } = await standIns(PYTHON);
  const names = Object.keys(programs) as Name[];
  const template = await readOwnFile('dockerfiles/pyinstaller/Dockerfile');
  const ca = await readCaBundle({ environment: process.env });
  const requests = Object.entries<Program>(programs).map(([name, program]) => [
    `trace/${name}/request.json`,
    JSON.stringify({
      system: 'windows',
      entry: program.entry,
      sourceRoots: ['src', 'tools', '.'],
      project: { name: 'Shop', version: '1.2', scripts: { shop: 'shop.cli:main' } },
      smoke: {
        arguments: program.arguments ?? [],
        http: program.http === undefined ? null : { path: program.http },
        timeoutSeconds: program.timeoutSeconds ?? 60,
        asked: true,
      },
    }),
  ]);
  await provider.build({
    dockerfile: renderDockerfile({
      template: [template, INSTALL, ...names.map(traceStage), resultStages(names)].join(''),
      base,
      images: { wine, smoke: wine },
      platform: 'linux/amd64',
      stages: { ...part.stages, lock: 'lock-given', checked: 'smoke' },
    }),
    context: await composeContext({
      tree: await scanProject({ root: project, rules: { gitignore: false, builtIn: [] } }),
      plan: {
        template: 'pyinstaller',
        files: { ...part.files, ...(Object.fromEntries(requests) as Record<string, string>) },
        inputs: part.inputs,
      },
      inputs: new Map([[WINDOWS_PYTHON_ROOT, given.tree]]),
      sharedKey: `test-windows-${PYTHON}`,
    }),
    platform: 'linux/amd64',
    secrets: new Map(ca ? [['ca', ca.pem]] : []),
    output: { type: 'folder', folder: join(folder, 'result') },
    stage: 'traced',
    titles: new Map(),
    noCache: false,
    signal,
    onEvent,
  });
  const read = (path: string): string => readFileSync(join(folder, 'result', path), 'utf8');
  const traced = names.map((name): [Name, Traced] => [
    name,
    {
      trace: JSON.parse(read(`${name}/trace.json`)) as Traced['trace'],
      said: read(`${name}/said`),
      reason: read(`${name}/reason`),
      status: read(`${name}/status`),
      http: read(`${name}/http`),
      seconds: Number(read(`${name}/seconds`)),
      left: read(`left/${name}`).split('\n').filter(Boolean),
    },
  ]);
  return Object.fromEntries(traced) as Record<Name, Traced>;
}

const CLI = `
import concurrent.futures, ctypes, importlib, importlib.util, os, sqlite3, sys, tempfile
from importlib import metadata

import numpy


def main():
    assert numpy.linalg.inv(numpy.array([[2.0, 0], [0, 4.0]])).tolist() == [[0.5, 0], [0, 0.25]]
    assert importlib.import_module("shop." + "plugin").__name__ == "shop.plugin"
    here = os.path.dirname(os.path.abspath(__file__))
    # Windows finds a file by either case, with either slash, and from its folder on.
    open(here.upper() + "/DATA/Tables ü.json").close()
    os.chdir(os.path.join(here, "data"))
    os.close(os.open("../data/second.bin", os.O_RDONLY | os.O_BINARY))
    sqlite3.connect("base.db")
    try:
        open("missing.txt")
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
    spec = importlib.util.spec_from_file_location("one", os.path.join(here, "loose", "one.py"))
    spec.loader.exec_module(sys.modules.setdefault("one", importlib.util.module_from_spec(spec)))
    try:
        ctypes.WinDLL(os.path.join(here, "native.dll"))
    except OSError:
        pass
    assert metadata.version("pydantic-core") and metadata.version("shop") == "1.2"
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        assert pool.submit(abs, -2).result() == 2
    for folder in (os.path.expanduser("~"), tempfile.gettempdir(), os.environ["LOCALAPPDATA"]):
        with open(os.path.join(folder, "left.txt"), "w") as file:
            file.write("x")
    print("wörter", sys.argv, __file__, file=sys.stderr)
    return 3
`;

const SERVER = `
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        import lazily
        open(lazily.__file__[:-9] + "page.html").close()
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

HTTPServer(("", 0), Handler).serve_forever()
`;

const ENDLESS = `
import subprocess, sys, time, wave
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3000)"])
time.sleep(3000)
`;

const CRASH = `
import ctypes, faulthandler, lazily, sys
ctypes.windll.user32.CreateWindowExW(0, "STATIC", "x", 0, 0, 0, 10, 10, 0, 0, 0, 0)
print("last words", file=sys.stderr, flush=True)
faulthandler._read_null()
`;

test(
  'programs for Windows are run unfrozen: what they load, open, say and answer',
  {
    timeout: 600_000,
  },
  async () => {
    const found = await traceWindows(
      {
        'src/shop/__init__.py': '',
        'src/shop/cli.py': CLI,
        'src/shop/plugin.py': '',
        'src/shop/unused.py': '',
        'src/shop/data/tables ü.json': '{}',
        'src/shop/data/second.bin': 'b',
        'src/shop/data/base.db': '',
        'src/shop/loose/one.py': '',
        'src/shop/native.dll': 'none',
        'tools/server.py': SERVER,
        'tools/lazily.py': '',
        'tools/page.html': '',
        'tools/endless.py': ENDLESS,
        'tools/crash.py': CRASH,
      },
      {
        shop: { entry: { kind: 'function', module: 'shop.cli', function: 'main' }, arguments: ['a b', 'ü"'] },
        server: { entry: { kind: 'script', file: 'tools/server.py' }, http: '/health' },
        endless: { entry: { kind: 'script', file: 'tools/endless.py' }, timeoutSeconds: 5 },
        crash: { entry: { kind: 'script', file: 'tools/crash.py' } },
      },
    );
    const { shop, server, endless, crash } = found;
    const { modules, ...trace } = shop.trace;
    expect(trace).toEqual({
      ran: true,
      metadata: ['Shop', 'pydantic_core'],
      data: [
        '/mnt/project/src/shop/data/base.db',
        '/mnt/project/src/shop/data/second.bin',
        '/mnt/project/src/shop/data/tables ü.json',
      ],
      loose: ['/mnt/project/src/shop/loose/one.py'],
      libraries: ['/mnt/project/src/shop/native.dll'],
    });
    expect(modules.filter((name) => name.startsWith('shop'))).toEqual(['shop', 'shop.cli', 'shop.plugin']);
    expect(modules).toEqual(
      expect.arrayContaining([
        'numpy._core._multiarray_umath',
        '_sqlite3',
        'multiprocessing.popen_spawn_win32',
      ]),
    );
    expect(modules).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(__main__|child|recorder)$/)]),
    );
    expect(shop).toMatchObject({
      reason: 'exited',
      status: '3',
      said: [
        "[Errno 2] No such file or directory: 'missing.txt'",
        `wörter ['shop', 'a b', 'ü"'] /mnt/project/src/shop/cli.py`,
        '',
      ].join('\n'),
    });

    expect(server).toMatchObject({ reason: 'answered', status: '', http: 'HTTP/1.0 200 OK' });
    expect(server.trace.data).toEqual(['/mnt/project/tools/page.html']);
    expect(server.trace.modules).toContain('lazily');

    // That the build ended says that its child was ended, too.
    expect(endless).toMatchObject({ reason: 'timeout', status: '', said: '' });
    expect(endless.trace.modules).toContain('wave');
    expect(endless.seconds).toBeLessThan(10);

    // The lower byte of 0xC0000005.
    expect(crash).toMatchObject({ reason: 'exited', status: '5', said: 'last words\n' });
    expect(crash.trace.modules).toContain('lazily');

    expect([shop, server, endless, crash].flatMap(({ left }) => left)).toEqual([]);
  },
);
