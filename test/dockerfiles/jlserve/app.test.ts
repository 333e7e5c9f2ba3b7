import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Step } from '../step.ts';
import { APP, appStep, HEAD, runApp } from './app-step.ts';

const EPOCH = 315_532_800;

/** Paths of what lies below a folder, without following links. */
function pathsBelow(folder: string, prefix = ''): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = prefix + entry.name;
    return entry.isDirectory() ? [path, ...pathsBelow(join(folder, entry.name), `${path}/`)] : [path];
  });
}

/** Everything below the layout's root: path, mode, time and content. */
function layoutOf(step: Step): Record<string, string> {
  const root = join(step.root, 'ob/app/root');
  const rows = pathsBelow(root).map((path) => {
    const at = join(root, path);
    const status = lstatSync(at);
    const content = status.isSymbolicLink()
      ? `-> ${readlinkSync(at)}`
      : status.isFile()
        ? createHash('sha256').update(readFileSync(at)).digest('hex').slice(0, 8)
        : 'folder';
    const mode = status.isSymbolicLink() ? 'link' : (status.mode & 0o7777).toString(8);
    return [path, `${mode} ${status.mtimeMs / 1000} ${content}`] as const;
  });
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('the layout: files and programs; equal bytes, modes and times every time', async () => {
  const name = 'a "b"\n${X} `id`';
  const app = APP.replace('@jlserve.app()', `@jlserve.app(name=${JSON.stringify(name)})`);
  const files = {
    'app.py': app,
    'lib/labels "x"\n.txt': 'cat\n',
    'run.sh': '#!/bin/sh\n',
    '__pycache__/app.pyc': 'x',
  };
  const steps = await Promise.all(
    [0o600, 0o664].map(async (mode) => {
      const step = await appStep(files);
      const project = join(step.root, 'mnt/project');
      chmodSync(join(project, 'app.py'), mode);
      chmodSync(join(project, 'run.sh'), mode | 0o100);
      utimesSync(join(project, 'app.py'), mode, mode);
      symlinkSync('lib', join(project, 'alias'));
      symlinkSync('../run.sh', join(project, 'lib/link'));
      symlinkSync('/etc/passwd', join(project, 'outside'));
      symlinkSync('../deps', join(project, 'above'));
      const { status, stderr } = await step.run();
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return step;
    }),
  );
  const [first, second] = steps.map(layoutOf);
  expect(first).toEqual(second);
  const entries = Object.entries(first ?? {}).map(([path, row]) => [path, row.split(' ')] as const);
  expect(new Set(entries.map(([, [, time]]) => time))).toEqual(new Set([String(EPOCH)]));
  expect(Object.fromEntries(entries.map(([path, [mode]]) => [path, mode]))).toEqual({
    app: '755',
    'app/alias': 'link',
    'app/app.py': '644',
    'app/lib': '755',
    'app/lib/labels "x"\n.txt': '644',
    'app/lib/link': 'link',
    'app/run.sh': '755',
    opt: '755',
    'opt/ovenbird': '755',
    'opt/ovenbird/app.json': '644',
    'opt/ovenbird/check.py': '644',
    'opt/ovenbird/healthy.py': '644',
    'opt/ovenbird/openapi.json': '644',
    'opt/ovenbird/serve.py': '644',
  });
  const step = steps[0]!;
  expect(step.json('app/root/opt/ovenbird/app.json')).toEqual({ file: 'app.py', name, port: 8000 });
  expect(step.text('report/openapi.json')).toBe(step.text('app/root/opt/ovenbird/openapi.json'));
  expect(step.json('report/openapi.json')).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\./),
    info: { title: name },
    paths: { '/predict': { post: {} } },
  });
  expect(step.json('report/report.json')).toEqual({
    name,
    class: 'Demo',
    endpoints: [{ path: '/predict', method: 'predict', input: 'In', output: 'Out' }],
    files: 5,
    packages: [],
    warnings: [
      expect.objectContaining({ code: 'JLSERVE_LINK_LEFT_OUT', message: expect.stringContaining("'above'") }),
      expect.objectContaining({
        code: 'JLSERVE_LINK_LEFT_OUT',
        message: expect.stringContaining("'outside'"),
      }),
    ],
  });
});

test("the image's surroundings", async () => {
  const app = `${APP}
import os, sys, dep_pth
assert os.listdir(os.environ["JLSERVE_CACHE_DIR"]) == []
assert os.environ["HF_HOME"] == os.environ["JLSERVE_CACHE_DIR"] + "/huggingface"
assert "http_proxy" not in os.environ and "OVENBIRD_ROOT" not in os.environ
assert os.getcwd() == os.path.realpath(sys.path[0]) == os.path.realpath(os.path.dirname(__file__))
assert sys.path[1] == os.environ["PYTHONPATH"] and os.environ["PATH"].startswith(sys.path[1] + "/bin:")
assert __name__ == "user_module" and sys.modules["user_module"].In is In
import explain, places, ob
assert explain.MINE and places.MINE and ob.MINE
assert sys.stdin.read() == ""
`;
  const mine = 'MINE = True\n';
  const { said, status } = await runApp(
    { 'app.py': app, 'explain.py': mine, 'places.py': mine, 'ob.py': mine },
    { packages: { 'x.pth': 'extra\n', 'extra/dep_pth.py': '' } },
  );
  expect(said).toEqual([]);
  expect(status).toBe(0);
});

test.each([
  [
    'import cv2',
    1,
    "ModuleNotFoundError: No module named 'cv2'",
    'add "opencv-python-headless" to requirements=[…] of @jlserve.app() (app.py:10); ',
  ],
  [
    'import dep',
    1,
    "ModuleNotFoundError: No module named 'wheel_of_time'",
    'a package that the app requires needs wheel_of_time: add "wheel-of-time"',
  ],
  ['import helper', 3, 'ZeroDivisionError: division by zero', 'jlserve dev app.py'],
  ['import os; os.environ["TOKEN"]', 1, "KeyError: 'TOKEN'", '-e TOKEN=…'],
  ['import sys; sys.exit(0)', 1, 'importing app.py ended the process: sys.exit(0)', '__main__'],
  ['open("nowhere.txt")', 1, 'FileNotFoundError: ', 'download_weights()'],
  ['raise ConnectionError("no route")', 1, 'ConnectionError: no route', 'download_weights()'],
  ['import os; os._exit(0)', 1, 'Python ended with status 0 while app.py was imported', '__main__'],
  [
    'import os; os.kill(os.getpid(), 11)',
    1,
    'Python ended with SIGSEGV while app.py was imported',
    'crashed',
  ],
])('an import that fails: %s', async (line, at, message, hint) => {
  const { errors, status } = await runApp(
    { 'app.py': `${line}\n${APP}`, 'helper.py': '#\n#\n1 / 0\n' },
    { packages: { 'dep.py': 'import wheel_of_time\n' } },
  );
  expect(status).toBe(1);
  expect(errors).toMatchObject([
    {
      code: 'JLSERVE_IMPORT_FAILED',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      location: { file: line.endsWith('helper') ? 'helper.py' : 'app.py', line: at },
    },
  ]);
});

test.each([
  ['none', 'add "pillow" to requirements=[…] of @jlserve.app() (app.py:10); '],
  ['script', 'add "pillow" to dependencies in the header of app.py; '],
  ['requirements.txt', 'echo pillow >> requirements.txt; '],
  ['pyproject.toml', 'add "pillow" to [project] dependencies in pyproject.toml; '],
  ['uv.lock', 'uv add pillow; '],
])('a missing module is added where the requirements stand: %s', async (requirementsSource, hint) => {
  const { errors } = await runApp('import PIL.Image\n', { request: { requirementsSource } });
  expect(errors).toMatchObject([{ hint: `${hint}a file of your own belongs beside app.py` }]);
});

test("a sibling's syntax error", async () => {
  const { said } = await runApp({ 'app.py': `import helper\n${APP}`, 'helper.py': 'x = 1\ndef f(:\n' });
  expect(said).toEqual(['PYTHON_SYNTAX helper.py:2 Invalid Python syntax in helper.py: invalid syntax']);
});

test.each([
  ['the module', `import time\ntime.sleep(600)\n${APP}`, 2, 'app.py was imported'],
  [
    '__init__',
    `${APP}    def __init__(self):\n        while True: pass\n`,
    17,
    'an instance of Demo was made',
  ],
])('%s takes too long', async (_what, app, line, message) => {
  const { errors } = await runApp(app, { request: { timeoutSeconds: 1 } });
  expect(errors).toMatchObject([
    {
      code: 'JLSERVE_IMPORT_TIMEOUT',
      message: `it took longer than 1 s while ${message}`,
      location: { file: 'app.py', line },
    },
  ]);
});

test('what the app prints is part of the log, and of an error, but never passes for one', async () => {
  const app = `print("hello"); print('ovenbird-error: {"errors":[]}')\n${APP}`;
  const good = await runApp(app);
  expect(good.status).toBe(0);
  expect(good.stdout).toBe('');
  expect(good.stderr).toBe('hello\novenbird error: {"errors":[]}\n');
  const bad = await runApp(`${app}\n1 / 0\n`);
  expect(bad.errors).toMatchObject([
    { code: 'JLSERVE_IMPORT_FAILED', detail: expect.stringContaining('hello') },
  ]);
});

test.each([
  [
    'forges verdicts',
    'import os\nfor fd in range(3, 1024):\n    try: os.write(fd, b\'{"event":"result","token":"","problems":[],"app":{"name":"forged"}}\\n{"event":"end"}\\n[]\\n1\\n\')\n    except OSError: pass\n',
  ],
  ['forks', 'import os\nos.fork()\n'],
  [
    'leaves a process that holds the pipes',
    'import subprocess\nsubprocess.Popen(["sleep", "600"], close_fds=False)\n',
  ],
  ['leaves threads', 'import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n'],
  [
    'replaces modules',
    'import sys, types\nfor name in ("json", "os", "signal", "site", "traceback", "linecache", "jlserve.decorator"):\n    sys.modules[name] = types.ModuleType(name)\n',
  ],
  ['replaces functions', 'import json, os\njson.dumps = os.write = os.getpid = os._exit = None\n'],
  ['closes what it did not open', 'import os\nos.closerange(3, 600)\n'],
  ['closes the output', 'import os, sys\nsys.stdout.close(); sys.stderr = None; os.close(1)\n'],
  ['changes the folder', 'import os\nos.chdir("/")\n'],
  ['floods the output', 'import sys\nsys.stdout.write("x" * (1 << 22))\n'],
  ['registers an exit', 'import atexit, os\natexit.register(os._exit, 7)\n'],
])('an app that %s', async (_what, code) => {
  const { status, step } = await runApp(APP + code);
  expect(status).toBe(0);
  expect(step.json('report/report.json')['name']).toBe('Demo');
});

test('an error line in pieces is none either', async () => {
  const pieces = `import os, time\nos.write(1, b"ovenbird-")\ntime.sleep(0.2)\nos.write(1, b"error: {}")\nos._exit(1)\n`;
  const { stderr, errors } = await runApp(pieces);
  expect(stderr).toMatch(/^ovenbird error: \{\}\n/);
  expect(errors).toMatchObject([{ code: 'JLSERVE_IMPORT_FAILED' }]);
});

test('an app that closes everything gets a clean error', async () => {
  const { said } = await runApp(`${APP}import os\nos.closerange(0, 4096)\n`);
  expect(said).toEqual([
    'JLSERVE_IMPORT_FAILED app.py: Python ended with status 1 while app.py was imported',
  ]);
});

test('classes that raise when they are looked at get a clean error', async () => {
  const meta = `class Meta(type):\n    def __dir__(cls):\n        raise RuntimeError("no")\n`;
  const { said } = await runApp(
    APP.replace('@jlserve.app()', `${meta}@jlserve.app()`).replace(
      'class Demo:',
      'class Demo(metaclass=Meta):',
    ),
  );
  expect(said).toEqual(['JLSERVE_IMPORT_FAILED app.py:11 RuntimeError: no']);
});

test('an exception without a text, and one whose text fails', async () => {
  const silent = await runApp('assert False\n');
  expect(silent.said).toEqual(['JLSERVE_IMPORT_FAILED app.py:1 AssertionError']);
  const failing = await runApp('class E(Exception):\n    def __str__(self): raise E()\nraise E()\n');
  expect(failing.said).toEqual([expect.stringMatching(/^JLSERVE_IMPORT_FAILED app\.py:3 .*E/)]);
});

test('an app in a sibling of the file is the one that jlserve would serve', async () => {
  const { said, step } = await runApp({ 'app.py': 'from models import Demo\n', 'models.py': APP });
  expect(said).toEqual([]);
  expect(step.json('report/report.json')['class']).toBe('Demo');
});

test('names that are no valid Unicode are kept as they are', async () => {
  const app = APP.replace('@jlserve.app()', '@jlserve.app(name="a\\udcffb")');
  const { said, step } = await runApp(app);
  expect(said).toEqual([]);
  expect(step.json('report/report.json')['name']).toBe('a\udcffb');
});

test('the HEAD of these apps is as long as their lines say', () => {
  expect(HEAD.split('\n')).toHaveLength(9);
});
