import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { app, built, save, slice, weights, weightsOf } from './slice-step.ts';

const OUT = 'os.environ["JLSERVE_CACHE_DIR"]';
const MARKS = {
  'deps/root/opt/deps/jlserve/__init__.py':
    'def app(**k):\n    return lambda c: c\ndef endpoint(**k):\n    return lambda m: m\n',
  'deps/root/opt/deps/pydantic/__init__.py': 'class BaseModel: pass\n',
};

describe('a run', () => {
  test('leaves what was written, with fixed modes and times, and empties the cache mount', async () => {
    const { step, report, files, stdout, status } = await built({
      'app.py': app([
        'print("downloading")',
        `os.makedirs(${OUT} + "/deep")`,
        save('1', 'deep/a.bin'),
        `os.chmod(${OUT} + "/deep/a.bin", 0o600)`,
        `os.makedirs(${OUT} + "/meant")`,
      ]),
    });
    expect(status).toBe(0);
    expect(stdout).toContain('downloading');
    expect(report).toEqual({ status: 'done', files: [{ path: 'deep/a.bin', bytes: 1 }], warnings: [] });
    expect(files).toEqual({ 'deep/a.bin': '1' });
    const root = join(step.root, 'ob/weights/root/var/cache/jlserve');
    expect(statSync(join(root, 'deep/a.bin')).mode & 0o777).toBe(0o644);
    for (const path of ['', 'deep', 'deep/a.bin', 'meant', '../..'])
      expect(statSync(join(root, path)).mtimeMs).toBe(315532800000);
    expect(kept(step.root)).toEqual([]);
  });

  test('has the environment of the finished image and none of the host’s', async () => {
    const names = 'JLSERVE_CACHE_DIR HF_HOME TORCH_HOME XDG_CACHE_HOME HOME UNRELATED PWD';
    const { step, files } = await built({
      'app.py': app([
        save(`[os.environ.get(name) for name in "${names}".split()]`),
        save('os.getcwd()', 'cwd'),
      ]),
    });
    const cache = `${step.root}/var/cache/jlserve`;
    expect(files['out.txt']).toContain(
      `['${cache}', '${cache}/huggingface', '${cache}/torch', '${cache}/xdg', `,
    );
    expect(files['out.txt']).toMatch(/\/home', None, /);
    expect(files['cwd']).toBe(`${step.root}/app`);
  });

  test('goes on with what a broken one left, and another key starts afresh', async () => {
    const lines = [
      `path = ${OUT} + "/model.bin"`,
      'done = os.path.getsize(path) if os.path.exists(path) else 0',
      'with open(path, "ab") as file:',
      '    for part in range(done // 10, 10):',
      '        file.write(b"%010d" % part)',
      '        file.flush()',
      '        if part == 8 and not done: raise ConnectionError("broken at 90 %")',
      'print("went on at", done)',
    ];
    const sliced = await slice({ 'app.py': app(lines) });
    const broken = await weights(sliced);
    expect(broken).toMatchObject({
      status: 1,
      errors: [{ code: 'JLSERVE_WEIGHTS_FAILED', message: 'download_weights() failed: broken at 90 %' }],
    });
    expect(kept(broken.step.root)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\/model\.bin$/)]);
    const other = await slice({ 'app.py': app([...lines, 'pass']) });
    const fresh = await weightsOf(broken.step, other);
    expect(fresh.status).toBe(1);
    expect(kept(broken.step.root)).toHaveLength(2);
    const continued = await weightsOf(broken.step, sliced);
    expect(continued.stdout).toContain('went on at 90');
    expect(continued.report).toMatchObject({ status: 'done', files: [{ path: 'model.bin', bytes: 100 }] });
    expect(kept(broken.step.root)).toHaveLength(1);
  });

  test('gives the same bytes twice', async () => {
    const sliced = await slice({ 'app.py': app([save('{"b", "a"}'), save('os.path.isdir("a/b")', 'x')]) });
    const one = await weights(sliced);
    expect((await one.again()).files).toEqual(one.files);
  });
});

describe('a failure', () => {
  const CASES: [string, string, object][] = [
    [
      'an exception',
      app(['raise ValueError("no such model")']),
      { message: 'download_weights() failed: no such model' },
    ],
    [
      'sys.exit(0)',
      app(['sys.exit(0)'], ['import sys']),
      { message: 'download_weights() failed: it called sys.exit(0)' },
    ],
    [
      'os._exit(0)',
      app(['os._exit(0)']),
      { message: 'download_weights() failed: Python ended with status 0 before it was done' },
    ],
    [
      'a crash',
      app(['os.kill(os.getpid(), 11)']),
      { message: 'download_weights() failed: Python was ended by signal 11 before it was done' },
    ],
    [
      'a coroutine',
      app(['pass']).replace('    def download', '    async def download'),
      { message: expect.stringContaining('`async def`, which jlserve never awaits') },
    ],
    ['a generator', app(['yield 1']), { message: expect.stringContaining('contains `yield`') }],
    [
      '__init__',
      app(['pass'], [], '    def __init__(self):\n        raise RuntimeError("no GPU")\n'),
      { code: 'JLSERVE_INIT_FAILED', message: '__init__() failed: no GPU' },
    ],
    [
      'an import',
      app(['pass'], ['open("/nowhere")']),
      { code: 'JLSERVE_IMPORT_FAILED', message: expect.stringContaining('No such file') },
    ],
    [
      'an exit at the end',
      app(['import atexit', 'atexit.register(os._exit, 3)']),
      { message: expect.stringContaining('status 3 after it had returned') },
    ],
    [
      'a message that fails',
      app(['raise Bad()'], ['class Bad(Exception):', '    def __str__(self): return 1 / 0']),
      { message: expect.stringContaining('cannot be shown: ZeroDivisionError') },
    ],
    ['a missing key', app(['{}["x"]']), { message: "download_weights() failed: KeyError: 'x'" }],
  ];

  test.each(CASES)('%s', async (_name, text, problem) => {
    const { status, errors } = await built({ 'app.py': text });
    expect(status).toBe(1);
    expect(errors).toMatchObject([
      { code: 'JLSERVE_WEIGHTS_FAILED', location: { file: 'app.py' }, ...problem },
    ]);
  });

  test('names the function and the line’s text in a slice, and the line itself elsewhere', async () => {
    const text = app(['self.fetch()'], [], '    def fetch(self):\n        raise OSError("gone")\n');
    const sliced = await built({ 'app.py': text });
    expect(sliced.errors[0]?.location).toEqual({
      file: 'app.py',
      statement: { scope: 'Demo.fetch', text: "raise OSError('gone')", nth: 0 },
    });
    expect(sliced.errors[0]?.detail).toContain('File "app.py", in fetch\n    raise OSError(\'gone\')');
    const whole = await built({ 'app.py': text }, { request: { mode: 'file' } }, MARKS);
    expect(whole.errors[0]).toMatchObject({ location: { file: 'app.py', line: 10 } });
    const module = await built({
      'app.py': app(['far.fetch()'], ['import far']),
      'far.py': '\ndef fetch():\n    1 / 0\n',
    });
    expect(module.errors[0]).toMatchObject({ location: { file: 'far.py', line: 3 } });
  });
});

describe('a look at a project file that the slice has not', () => {
  const NAME = 'name = "".join(["se", "cret"])';
  const LOOKS: [string, readonly string[], string?][] = [
    ['open', ['open(name)']],
    ['os.open', ['os.open(name, os.O_RDONLY)']],
    ['append', ['open(name, "a")']],
    ['stat', ['os.stat(name)']],
    ['lstat', ['os.lstat(name)']],
    ['access', ['os.access(name, os.R_OK)']],
    ['exists', ['os.path.exists(name)']],
    ['isfile, absolute', ['os.path.isfile(os.path.abspath(name))']],
    ['pathlib', ['pathlib.Path(name).is_file()'], 'import pathlib'],
    ['read_text', ['pathlib.Path(name).read_text()'], 'import pathlib'],
    ['listdir', ['os.listdir()']],
    ['listdir of a descriptor', ['os.listdir(os.open(".", os.O_RDONLY))']],
    ['scandir', ['list(os.scandir("."))']],
    ['walk', ['list(os.walk("."))']],
    ['glob', ['glob.glob("*.txt")'], 'import glob'],
    ['rglob', ['list(pathlib.Path().rglob("*"))'], 'import pathlib'],
    ['chdir', ['os.chdir(name)']],
    ['below a descriptor', ['os.stat(name, dir_fd=os.open(".", os.O_RDONLY))']],
    ['by bytes', ['open(name.encode())']],
    ['renamed', ['os.rename(name, "other")']],
    ['a database', ['sqlite3.connect(name)'], 'import sqlite3'],
    ['linecache', ['linecache.getline(name, 1)'], 'import linecache'],
    [
      'in a thread',
      ['t = threading.Thread(target=open, args=(name,)); t.start(); t.join()'],
      'import threading',
    ],
    ['swallowed by a library', ['tools.quietly(name)'], 'import tools'],
  ];

  test.each(LOOKS)('%s', async (_name, lines, before = '') => {
    const sliced = await slice({
      'app.py': app([NAME, ...lines, save('1')], [before]),
      secret: 'text',
      'tools.py': 'def quietly(name):\n    try: open(name)\n    except BaseException: pass\n',
    });
    expect(sliced.report).toMatchObject({ mode: 'slice' });
    const { report, files, status } = await weights(sliced);
    expect(status).toBe(0);
    expect(report).toMatchObject({ status: 'fallback', next: 'project', files: [] });
    expect(report['why']).toMatch(
      /^(app\.py|tools\.py:2)( in download_weights\(\))? (looks at|lists) \S+, which no/,
    );
    expect(files).toEqual({});
  });

  test('is none where the project is known to have nothing', async () => {
    const { report } = await built({
      'app.py': app(
        [
          'os.path.isdir("org/model"); os.path.exists("org/model/config.json")',
          'name = str(os.getpid()); os.path.exists(f"cache-{name}")',
          'os.listdir("data"); os.path.exists("data/" + name)',
          'tempfile.mkdtemp(); shutil.rmtree(tempfile.mkdtemp())',
          'os.path.exists("/nowhere"); open(name + "-new", "w").close(); open(name + "-new").close()',
          'importlib.metadata.distributions()',
          save('list(importlib.metadata.distributions()) is None'),
        ],
        ['import tempfile, shutil, importlib.metadata'],
      ),
      'data/one.txt': 'one',
    });
    expect(report).toMatchObject({ status: 'done', files: [{ path: 'out.txt' }] });
  });

  test('is allowed in the whole project', async () => {
    const text = app([NAME, save('open(name).read() + str(sorted(os.listdir()))')]);
    const { report, files } = await built(
      { 'app.py': text, secret: 'text' },
      { request: { mode: 'project' } },
      MARKS,
    );
    expect(report).toMatchObject({ status: 'done' });
    expect(files).toEqual({ 'out.txt': "text['app.py', 'secret']" });
  });
});

describe('an error that may come of the slice', () => {
  test.each([
    ['a name', "eval_ = {}.get('x', open); eval_.absent_name if False else undefined", 'file'],
    ['an attribute of a module', 'os.undefined', 'file'],
    ['an attribute of the app', 'self.undefined', 'file'],
    ['an import', 'import undefined_module', 'file'],
  ])('%s: the whole file is tried', async (_name, line, next) => {
    const { report } = await built({ 'app.py': app([line]) });
    expect(report).toMatchObject({ status: 'fallback', next });
    expect(report['why']).toContain('app.py in download_weights() needs something that was left out');
  });

  test('in the whole file, an import is tried with the project, a name is an error', async () => {
    const options = { request: { mode: 'file' } };
    const missing = await built({ 'app.py': app(['import undefined_module']) }, options, MARKS);
    expect(missing.report).toMatchObject({
      status: 'fallback',
      next: 'project',
      why: expect.stringMatching(/^app\.py:10 /),
    });
    const name = await built({ 'app.py': app(['undefined']) }, options, MARKS);
    expect(name).toMatchObject({ status: 1, errors: [{ location: { line: 10 } }] });
  });

  test('None has no attributes in any project', async () => {
    const { status } = await built({ 'app.py': app(['None.x']) });
    expect(status).toBe(1);
  });
});

describe('nothing in the cache folder', () => {
  test.each([
    ['the home folder', 'os.path.expanduser("~/.cache/model.bin")', '~/.cache/model.bin (3 bytes)'],
    ['the project', '"model.bin"', '/app/model.bin (3 bytes)'],
  ])('is warned of, with what lies in %s', async (_name, path, shown) => {
    const { report } = await built({
      'app.py': app([
        `path = ${path}`,
        'os.makedirs(os.path.expanduser("~/.cache"))',
        'open(path, "w").write("abc")',
      ]),
    });
    expect(report).toMatchObject({ status: 'done', files: [], warnings: [{ code: 'JLSERVE_NO_WEIGHTS' }] });
    expect(JSON.stringify(report['warnings'])).toContain(shown);
  });

  test('is a warning, too, where nothing was written at all', async () => {
    const { report } = await built({ 'app.py': app(['pass']) });
    expect(report).toMatchObject({
      warnings: [
        {
          message: 'download_weights() left nothing in JLSERVE_CACHE_DIR, so the image has no weights',
          hint: expect.stringContaining('JLSERVE_CACHE_DIR'),
        },
      ],
    });
  });
});

describe('what is left out, and links', () => {
  test('leftovers of downloads are no weights; a file of data called like one is', async () => {
    const { files } = await built({
      'app.py': app([
        `root = ${OUT}`,
        'for name in ["huggingface/.locks/m/x.lock", "a.lock", "b.incomplete", "huggingface/token",',
        '             "huggingface/xet/logs/x.log", "__pycache__/x.pyc", "w.bin",',
        '             ".jlserve-build-complete", "xdg/pip/selfcheck/1f.json", "xdg/uv/x/1.msgpack",',
        '             "xdg/model/w.bin"]:',
        '    os.makedirs(os.path.dirname(os.path.join(root, name)) or root, exist_ok=True)',
        '    open(os.path.join(root, name), "w").write("12")',
        'open(os.path.join(root, "data.lock"), "w").write("x" * 100)',
      ]),
    });
    expect(Object.keys(files)).toEqual(['data.lock', 'w.bin', 'xdg/model/w.bin']);
  });

  test('links stay inside and become relative', async () => {
    const { step, status } = await built({
      'app.py': app([
        `root = ${OUT}`,
        'os.makedirs(root + "/blobs"); os.makedirs(root + "/snapshots/main")',
        'open(root + "/blobs/x", "w").write("weights")',
        'os.symlink("../../blobs/x", root + "/snapshots/main/model.bin")',
        'os.symlink(root + "/blobs/x", root + "/absolute")',
        'os.symlink(os.path.realpath(root) + "/blobs", root + "/folder")',
      ]),
    });
    expect(status).toBe(0);
    const root = join(step.root, 'ob/weights/root/var/cache/jlserve');
    expect(readlinkSync(join(root, 'snapshots/main/model.bin'))).toBe('../../blobs/x');
    expect(readlinkSync(join(root, 'absolute'))).toBe('blobs/x');
    expect(readlinkSync(join(root, 'folder'))).toBe('blobs');
    expect(readFileSync(join(root, 'folder/x'), 'utf8')).toBe('weights');
    expect(lstatSync(join(root, 'folder')).mtimeMs).toBe(315532800000);
  });

  test.each([['/etc/passwd'], ['../../outside'], ['..']])('a link to %s is refused', async (target) => {
    const { status, errors } = await built({ 'app.py': app([`os.symlink("${target}", ${OUT} + "/x")`]) });
    expect(status).toBe(1);
    expect(errors).toMatchObject([
      { code: 'JLSERVE_WEIGHTS_FAILED', message: expect.stringContaining(`x -> ${target}`) },
    ]);
  });

  test('any name is possible', async () => {
    const { step, report } = await built({
      'app.py': app([
        `open(os.fsencode(${OUT}) + b"/\\xff\\n;$(x) 'q'", "w").write("1")`,
        `os.mkfifo(${OUT} + "/pipe")`,
      ]),
    });
    expect(report['files']).toEqual([{ path: "\udcff\n;$(x) 'q'", bytes: 1 }]);
    expect(readdirSync(join(step.root, 'ob/weights/root/var/cache/jlserve'))).toHaveLength(1);
  });
});

describe('secrets', () => {
  const SECRET = { request: { secrets: ['HF_TOKEN', 'PATH'] } };
  const MOUNT = {
    'secrets/user.json': JSON.stringify({ HF_TOKEN: 'hf_abcdefgh1', PATH: '/evil', OTHER: 'o' }),
  };

  test('are in the environment and a file, and nowhere else', async () => {
    const lines = [
      'assert os.environ["HF_TOKEN"] == "hf_" + "abcdefgh1" and "OTHER" not in os.environ',
      'root = os.environ["JLSERVE_CACHE_DIR"][:-len("/var/cache/jlserve")]',
      'assert open(root + "/run/secrets/HF_TOKEN").read() == os.environ["HF_TOKEN"]',
      save('"/evil" == os.environ["PATH"]'),
    ];
    const { step, status, files, stdout, stderr } = await built({ 'app.py': app(lines) }, SECRET, MOUNT);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(files).toEqual({ 'out.txt': 'False' });
    expect(stdout).not.toContain('hf_abc');
    for (const entry of readdirSync(join(step.root, 'ob'), { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.toContain('hf_abcdefgh1');
  });

  test('in the weights end the build', async () => {
    const { status, errors, stderr } = await built(
      { 'app.py': app([save('"token: " + os.environ["HF_TOKEN"]', 'config.json')]) },
      SECRET,
      MOUNT,
    );
    expect(status).toBe(1);
    expect(errors).toMatchObject([
      { message: 'download_weights() wrote the value of the secret HF_TOKEN into config.json' },
    ]);
    expect(stderr).not.toContain('hf_abcdefgh1');
  });

  test('with a name that is none are a defect', async () => {
    const { status } = await built(
      { 'app.py': app(['pass']) },
      { request: { secrets: ['../x'] } },
      { 'secrets/user.json': '{"../x": "y"}' },
    );
    expect(status).toBe(70);
  });
});

/** Files on the cache mount, but for the locks. */
function kept(root: string): string[] {
  const cache = join(root, 'mnt/cache/weights');
  return readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map((entry) => join(entry.parentPath, entry.name).slice(cache.length + 1));
}
