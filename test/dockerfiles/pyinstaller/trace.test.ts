import { describe, expect, test } from 'vitest';
import { isRunning } from './smoke-step.ts';
import { trace } from './trace-step.ts';

describe.skipIf(process.platform !== 'linux')('the trace step', () => {
  test('tells what a program loads by name, at whatever time, and how it ended', async () => {
    const run = await trace(
      {
        'app.py': [
          'import importlib, sys',
          'name = "plug" + "in"',
          'importlib.import_module(name)',
          'import wave',
          'sys.exit(3)',
        ].join('\n'),
        'plugin.py': 'import other.deep',
        'unused.py': '',
      },
      { packages: { 'other/__init__.py': '', 'other/deep.py': '', 'other/unused.py': '' } },
    );
    expect(run).toMatchObject({ ran: true, status: 3, reason: 'exited', said: '' });
    expect(run.modules).toEqual(expect.arrayContaining(['other', 'other.deep', 'plugin', 'wave']));
    expect(run.modules.join()).not.toMatch(/unused|__main__|recorder|child|runpy|json/);
    expect(run.seconds).toBeGreaterThan(0);
  });

  test('tells the files that it opened, and not those that it made or only looked for', async () => {
    const lines = [
      'import os, sqlite3',
      'here = os.path.dirname(os.path.abspath(__file__))',
      'open(os.path.join(here, "data", "a.json")).close()',
      'os.close(os.open(os.path.join(here, "x", "..", "data", "b.bin"), os.O_RDONLY))',
      'open(os.path.join(here, "made.txt"), "w").close()',
      'open(os.path.join(here, "app.py")).close()',
      'open("local.txt", "w").close(); open("local.txt").close()',
      'try: open(os.path.join(here, "missing.txt"))',
      'except FileNotFoundError: pass',
      'sqlite3.connect(os.path.join(here, "base.db"))',
      'import package',
      'print(os.listdir("."))',
    ];
    const run = await trace(
      { 'app.py': lines.join('\n'), 'data/a.json': '{}', 'data/b.bin': 'b', 'x/y': '', 'base.db': '' },
      {
        packages: {
          'package/__init__.py': 'import pkgutil; pkgutil.get_data("package", "tables/ü 1.dat")',
          'package/tables/ü 1.dat': 'x',
        },
      },
    );
    expect(run).toMatchObject({ status: 0, said: '' });
    expect(run.data).toEqual([
      'deps/package/tables/ü 1.dat',
      'project/base.db',
      'project/data/a.json',
      'project/data/b.bin',
    ]);
  });

  test('tells whose metadata was read; of a search for plug-ins only who has some', async () => {
    const info = (name: string, points: string): Record<string, string> => ({
      [`${name.replaceAll('-', '_')}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
      [`${name.replaceAll('-', '_')}-1.0.dist-info/entry_points.txt`]: points,
    });
    const lines = [
      'from importlib import metadata',
      'assert metadata.version("my_asked") == "1.0"',
      'assert "plugs" in str(metadata.entry_points())',
    ];
    const run = await trace(lines.join('\n'), {
      packages: {
        ...info('My-Asked', ''),
        ...info('plugged', '[plugs]\na = b:c\n'),
        ...info('tool', '[console_scripts]\na = b:c\n'),
        'never-1.0.dist-info/METADATA': 'Name: never\n',
      },
    });
    expect(run).toMatchObject({ status: 0, said: '', metadata: ['My-Asked', 'plugged'], data: [] });
  });

  test('gives the project its own metadata, though it is not installed', async () => {
    const lines = [
      'from importlib import metadata',
      'found = metadata.distribution("my-app")',
      'assert found.version == "1.2", found.version',
      'assert found.requires == ["rich>=1 ; python_version > \'3\'"], found.requires',
      'points = [(point.group, point.name, point.value) for point in found.entry_points]',
      'assert sorted(points) == [("console_scripts", "my-app", "app:main"), ("my.plugs", "x", "a:b")], points',
      'assert [str(file) for file in found.files if file.locate().is_file()]',
    ];
    const run = await trace(lines.join('\n'), {
      project: {
        name: 'My.App',
        version: '1.2',
        scripts: { 'my-app': 'app:main' },
        entryPoints: { 'my.plugs': { x: 'a:b' } },
        dependencies: ["rich>=1 ;\npython_version > '3'"],
      },
    });
    expect(run).toMatchObject({ status: 0, said: '', metadata: ['My.App'] });
  });

  test('tells Python files that have no name to import them by', async () => {
    const lines = [
      'import importlib.util, os, sys',
      'here = os.path.dirname(os.path.abspath(__file__))',
      'spec = importlib.util.spec_from_file_location("plug", os.path.join(here, "plugs", "one.py"))',
      'module = importlib.util.module_from_spec(spec)',
      'sys.modules["plug"] = module',
      'spec.loader.exec_module(module)',
      'sys.path.append(os.path.join(here, "more"))',
      'import two, fine',
    ];
    const run = await trace(
      { 'app.py': lines.join('\n'), 'plugs/one.py': '', 'more/two.py': '', 'src/fine.py': '' },
      { sourceRoots: ['src', '.'] },
    );
    expect(run).toMatchObject({
      status: 0,
      said: '',
      loose: ['project/more/two.py', 'project/plugs/one.py'],
    });
    expect(run.modules).toContain('fine');
    expect(run.modules).not.toContain('two');
  });

  test('tells libraries that are loaded by path', async () => {
    const lines = [
      'import ctypes, os',
      'here = os.path.dirname(os.path.abspath(__file__))',
      'try: ctypes.CDLL(os.path.join(here, "lib", "libx.so.1"))',
      'except OSError: pass',
    ];
    const run = await trace({ 'app.py': lines.join('\n'), 'lib/libx.so.1': 'no ELF' });
    expect(run).toMatchObject({ status: 0, libraries: ['project/lib/libx.so.1'], data: [] });
  });

  test('loses nothing of a program that leaves without a word, in whatever process', async () => {
    const lines = [
      'import os, signal, sys',
      'if not os.fork():',
      '    import forked',
      '    open(forked.__file__[:-9] + "forked.txt").close()',
      '    os._exit(0)',
      'os.wait()',
      'os.closerange(3, 1000)',
      'import late',
      '# An extension module, and nothing is opened after it.',
      'import _lsprof',
      'os._exit(4)',
    ];
    const exited = await trace({
      'app.py': lines.join('\n'),
      'forked.py': '',
      'forked.txt': '',
      'late.py': '',
    });
    expect(exited).toMatchObject({ status: 4, said: '', data: ['project/forked.txt'] });
    expect(exited.modules).toEqual(expect.arrayContaining(['_lsprof', 'forked', 'late']));

    const killed = await trace({ 'app.py': 'import late, os\nos.kill(os.getpid(), 9)', 'late.py': '' });
    expect(killed).toMatchObject({ ran: true, status: -9 });
    expect(killed.modules).toContain('late');
  });

  test('does not wake a module that is lazy', async () => {
    const lines = [
      'import importlib.util, sys',
      'spec = importlib.util.find_spec("heavy")',
      'spec.loader = importlib.util.LazyLoader(spec.loader)',
      'module = importlib.util.module_from_spec(spec)',
      'sys.modules["heavy"] = module',
      'spec.loader.exec_module(module)',
      'class Angry:',
      '    def __getattribute__(self, name): raise RuntimeError(name)',
      'sys.modules["angry"] = Angry()',
      'import after',
    ];
    const run = await trace({
      'app.py': lines.join('\n'),
      'heavy.py': 'raise SystemExit("woken")',
      'after.py': '',
    });
    expect(run).toMatchObject({ status: 0, said: '' });
    expect(run.modules).toContain('after');
  });

  test('is the same, byte for byte, whenever it runs', async () => {
    const files = {
      'app.py': 'import b, a, tempfile, asyncio\nopen(a.__file__[:-4] + "t.txt")',
      'a.py': '',
      'b.py': '',
      't.txt': '',
    };
    const [one, two] = [await trace(files), await trace(files)];
    expect(one.data).toEqual(['project/t.txt']);
    expect(one.text.replaceAll(one.step.root, '')).toBe(two.text.replaceAll(two.step.root, ''));
    expect(one.text).not.toMatch(/seconds|said|trace-/);
  });

  test('ends what takes too long, with all that it has started', async () => {
    const code = [
      'import subprocess, sys, time, wave',
      'child = subprocess.Popen(["sleep", "60"], start_new_session=True)',
      'print(child.pid, file=sys.stderr, flush=True)',
      'time.sleep(60)',
    ];
    const run = await trace(code.join('\n'), { timeoutSeconds: 3 });
    expect(run).toMatchObject({ ran: true, status: null, reason: 'timeout' });
    expect(run.modules).toContain('wave');
    expect(isRunning(run.said)).toBe(false);
  });

  test('keeps the last words of a program that fails', async () => {
    const run = await trace('import sys\nsys.stderr.write("x" * 100_000)\nimport missing_one');
    expect(run).toMatchObject({ ran: true, status: 1 });
    expect(run.said).toHaveLength(4000);
    expect(run.said).toMatch(/ModuleNotFoundError: No module named 'missing_one'\n$/);
  });

  test('asks a server, and records what the answer loaded', async () => {
    const code = [
      'from http.server import BaseHTTPRequestHandler, HTTPServer',
      'class Handler(BaseHTTPRequestHandler):',
      '    def do_GET(self):',
      '        import lazily',
      '        open(lazily.__file__[:-9] + "page.html").close()',
      '        self.send_response(200 if self.path == "/health" else 404)',
      '        self.end_headers()',
      'HTTPServer(("", 0), Handler).serve_forever()',
    ];
    const run = await trace(
      { 'app.py': code.join('\n'), 'lazily.py': '', 'page.html': '' },
      { http: '/health', arguments: [] },
    );
    expect(run).toMatchObject({
      ran: true,
      status: null,
      reason: 'answered',
      http: 'HTTP/1.0 200 OK',
      data: ['project/page.html'],
    });
    expect(run.modules).toContain('lazily');
    expect(run.seconds).toBeLessThan(5);
  });

  test('tells the answer of a server that never gets ready', async () => {
    const code = [
      'from http.server import BaseHTTPRequestHandler, HTTPServer',
      'HTTPServer(("::1", 0), BaseHTTPRequestHandler).serve_forever()',
    ];
    const six = code.join('\n').replace('HTTPServer(', 'HTTPServer.address_family = 10\nHTTPServer(');
    const run = await trace(six, { http: '/', timeoutSeconds: 3 });
    expect(run).toMatchObject({ ran: true, status: null, reason: 'timeout' });
    expect(run.http).toMatch(/^HTTP\/1\.[01] 501 /);
  });
});
