import { expect, test } from 'vitest';
import { traceWindows } from './windows-trace.ts';

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
