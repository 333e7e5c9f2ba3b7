import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { python, Step, type StepProblem } from '../step.ts';
import { temporaryFolder } from '../../temporary.ts';
import { APP, appStep, linkPackages } from './app-step.ts';
import { jlservePackages } from './app-packages.ts';

/** Writes the smallest shared library that the reader and the loader understand. */
const MAKE_ELF = `
import json, struct, sys
path, given = sys.argv[1], json.loads(sys.argv[2])
tags = {"needed": 1, "soname": 14, "rpath": 15, "runpath": 29}
strings, entries = b"\\0", []
for kind, value in given["entries"]:
    entries.append((tags[kind], len(strings)))
    strings += value.encode() + b"\\0"
wide = given.get("wide", True)
order = "<" if given.get("little", True) else ">"
header, program = (64, 56) if wide else (52, 32)
entry = struct.Struct(order + ("qQ" if wide else "iI"))
at = header + 2 * program
base = 0x10000
size = (len(entries) + 2) * entry.size
dynamic = b"".join(entry.pack(*each) for each in entries + [(5, base + at + size), (0, 0)])
total = at + len(dynamic) + len(strings)
ident = b"\\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
if wide:
    head = ident + struct.pack(order + "HHIQQQIHHHHHH", 3, given["machine"], 1, 0, header, 0, 0, header, program, 2, 0, 0, 0)
    load = struct.pack(order + "IIQQQQQQ", 1, 4, 0, base, base, total, total, 4096)
    dyn = struct.pack(order + "IIQQQQQQ", 2, 4, at, base + at, base + at, len(dynamic), len(dynamic), 8)
else:
    head = ident + struct.pack(order + "HHIIIIIHHHHHH", 3, given["machine"], 1, 0, header, 0, 0, header, program, 2, 0, 0, 0)
    load = struct.pack(order + "IIIIIIII", 1, 0, base, base, total, total, 4, 4096)
    dyn = struct.pack(order + "IIIIIIII", 2, at, base + at, base + at, len(dynamic), len(dynamic), 4, 4)
open(path, "wb").write(head + load + dyn + dynamic + strings)
`;

interface Library {
  readonly entries: readonly (readonly ['needed' | 'soname' | 'rpath' | 'runpath', string])[];
  readonly machine?: number;
  readonly wide?: boolean;
  readonly little?: boolean;
}

const needs = (...names: readonly string[]): Library => ({
  entries: names.map((name) => ['needed', name] as const),
});

/** This machine's own kind of file, from its Python: the reader looks at no other. */
async function ownKind(): Promise<Required<Omit<Library, 'entries'>>> {
  const code =
    'import sys, os, json\nhead = open(os.path.realpath(sys.executable), "rb").read(20)\n' +
    'little = head[5] == 1\nprint(json.dumps({"wide": head[4] == 2, "little": little, "machine": int.from_bytes(head[18:20], "little" if little else "big")}))';
  const { stdout } = await python(['-c', code], {});
  return JSON.parse(stdout) as Required<Omit<Library, 'entries'>>;
}

async function makeLibrary(path: string, library: Library): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const given = JSON.stringify({ ...(await ownKind()), ...library });
  const { status, stderr } = await python(['-c', MAKE_ELF, path, given], {});
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

interface Report {
  readonly files: number;
  readonly missing: readonly {
    readonly package: string;
    readonly libraries: readonly { readonly soname: string; readonly debian: string | null }[];
    readonly files: readonly string[];
  }[];
  readonly modules: Readonly<Record<string, readonly string[]>>;
}

interface Swept {
  readonly report: Report;
  readonly tree: string;
}

/** Runs the sweep over a tree of such libraries and of texts. */
async function sweep(
  libraries: Readonly<Record<string, Library>>,
  texts: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Swept> {
  const mounts = Object.entries(texts).map(([path, text]) => [`deps/root/opt/deps/${path}`, text]);
  const step = new Step('native', Object.fromEntries(mounts) as Record<string, string>, 'jlserve');
  await step.ready();
  const tree = join(step.root, 'mnt/deps/root/opt/deps');
  for (const [path, library] of Object.entries(libraries)) await makeLibrary(join(tree, path), library);
  const { status, stderr } = await step.run(environment);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return { report: step.json('native/report.json') as unknown as Report, tree };
}

const record = (name: string, ...files: readonly string[]): Record<string, string> => ({
  [`${name}-1.0.dist-info/RECORD`]: files.map((file) => `${file},,\n`).join(''),
});

test('a tree without packages', async () => {
  const step = new Step('native', { 'plan/x': '' }, 'jlserve');
  expect(await step.run()).toMatchObject({ status: 0 });
  expect(step.json('native/report.json')).toEqual({ version: 1, files: 0, missing: [], modules: {} });
});

test('missing libraries by package, with the Debian packages that have them', async () => {
  const { report } = await sweep(
    {
      'vision/core.abi3.so': needs('libGLfake.so.1', 'libc.so.6', 'libavcodec.so.99', 'libcuda.so.1'),
      'vision/other.cpython-311-x86_64-linux-gnu.so': needs('libGLfake.so.1'),
      'bin/tool': needs('libnowhere.so'),
      'loose.so': needs('libnowhere.so'),
    },
    record(
      'Vision_Kit',
      'vision/core.abi3.so',
      'vision/other.cpython-311-x86_64-linux-gnu.so',
      '../../bin/tool',
      'vision/__init__.py',
      'single.py',
    ),
  );
  expect(report).toEqual({
    version: 1,
    files: 4,
    missing: [
      {
        package: 'loose.so',
        files: ['loose.so'],
        libraries: [{ soname: 'libnowhere.so', debian: null, driver: false }],
      },
      {
        package: 'vision-kit',
        files: ['bin/tool', 'vision/core.abi3.so', 'vision/other.cpython-311-x86_64-linux-gnu.so'],
        libraries: [
          { soname: 'libGLfake.so.1', debian: null, driver: false },
          { soname: 'libavcodec.so.99', debian: 'libavcodec99', driver: false },
          { soname: 'libcuda.so.1', debian: null, driver: true },
          { soname: 'libnowhere.so', debian: null, driver: false },
        ],
      },
    ],
    modules: { single: ['vision-kit'], vision: ['vision-kit'] },
  });
});

test('what is not missing', async () => {
  const folder = temporaryFolder();
  await makeLibrary(join(folder, 'lib/libfake-env.so.1'), needs());
  await makeLibrary(join(folder, 'rpath/libfake-rpath.so.1'), needs());
  const { report } = await sweep(
    {
      // Bundled, found by $ORIGIN, by a name that only its SONAME says, or because it is there.
      'a/core.so': {
        entries: [
          ['needed', 'libfake-bundled-1234.so.5'],
          ['needed', 'libfake-soname.so.3'],
          ['needed', 'libfake-elsewhere.so.2'],
          ['runpath', '$ORIGIN/../a.libs'],
        ],
      },
      'a.libs/libfake-bundled-1234.so.5': needs(),
      'a.libs/renamed.so': { entries: [['soname', 'libfake-soname.so.3']] },
      'nvidia/lib/libfake-elsewhere.so.2': needs(),
      'b.so': {
        entries: [
          ['needed', 'libfake-rpath.so.1'],
          ['rpath', `/nowhere:${folder}/rpath`],
        ],
      },
      'c.so': needs('libfake-env.so.1', 'libc.so.6', 'libm.so.6'),
      // Another machine's, and none at all.
      'd.so': { ...needs('libfake-other.so'), machine: 243 },
      'e.so': { ...needs('libfake-other.so'), wide: false, machine: 3 },
    },
    {
      'f.so': 'INPUT(libfake-script.so)',
      'g.so': '\x7fELF',
      'bin/script': '#!/usr/bin/env python3\n',
      'h.so.py': '',
    },
    { LD_LIBRARY_PATH: `:${folder}/lib` },
  );
  expect(report.missing).toEqual([]);
  expect(report.files).toBe(6);
});

test('files that are cut short or lie about their sizes are passed over', async () => {
  const good = join(temporaryFolder(), 'good.so');
  await makeLibrary(good, needs('libfake.so.1'));
  const bytes = readFileSync(good);
  const step = new Step('native', { 'deps/root/opt/deps/x.txt': '' }, 'jlserve');
  await step.ready();
  const tree = join(step.root, 'mnt/deps/root/opt/deps');
  for (let length = 0; length < bytes.length; length += 7)
    writeFileSync(join(tree, `cut${length}.so`), bytes.subarray(0, length));
  for (let at = 16; at < bytes.length; at += 1) {
    const broken = Buffer.from(bytes);
    broken[at] = 0xff;
    writeFileSync(join(tree, `broken${at}.so`), broken);
  }
  symlinkSync('loop.so', join(tree, 'loop.so'));
  mkdirSync(join(tree, 'folder.so'));
  expect(await step.run()).toMatchObject({ status: 0, stderr: '' });
});

interface AppWithLibraries {
  readonly status: number;
  readonly errors: readonly StepProblem[];
  readonly warnings: readonly StepProblem[];
}

/**
 * The sweep, then the app step, over the same tree. In it the real compiled part of pydantic
 * is also there as `gl`, of a distribution "opencv-python", with a library that it needs
 * renamed: importing it fails as it does on a machine without that library.
 */
async function withLibraries(
  app: string,
  files: Readonly<Record<string, string>> = {},
): Promise<AppWithLibraries> {
  const packages = await jlservePackages();
  const core = join(packages, 'pydantic_core');
  const name = readdirSync(core).find((each) => each.endsWith('.so')) ?? '';
  const bytes = readFileSync(join(core, name));
  const needed = Buffer.from('libgcc_s.so.1\0');
  const at = bytes.indexOf(needed);
  expect(at).toBeGreaterThan(0);
  Buffer.from('libGLxyz.so.1\0').copy(bytes, at);
  const texts = {
    'gl/__init__.py': 'from . import _gl\n',
    'over/__init__.py': 'import gl\n',
    'optional/__init__.py': 'try:\n    import gl\nexcept ImportError:\n    gl = None\n',
    'ctyped/__init__.py': 'import ctypes\nctypes.CDLL("libsndfile-fake.so.1")\n',
    'audio/__init__.py': 'raise OSError("PortAudio library not found")\n',
    ...record('opencv_python', 'gl/__init__.py', 'gl/_gl.abi3.so'),
    ...record('over', 'over/__init__.py'),
    ...record('optional', 'optional/__init__.py'),
  };
  const place = async (tree: string): Promise<void> => {
    await linkPackages(tree, texts);
    writeFileSync(join(tree, 'gl/_gl.abi3.so'), bytes);
  };
  const native = new Step('native', { 'plan/x': '' }, 'jlserve');
  await native.ready();
  await place(join(native.root, 'mnt/deps/root/opt/deps'));
  expect(await native.run()).toMatchObject({ status: 0, stderr: '' });
  const requires = (of: string, ...requirements: readonly string[]): object => ({
    name: of,
    version: '1.0',
    bytes: 1,
    files: 1,
    requires: requirements,
  });
  const step = await appStep(
    { 'app.py': app, ...files },
    {
      request: { apt: ['ffmpeg'] },
      packages: texts,
      mounts: {
        'native/report.json': native.text('native/report.json'),
        'deps/report.json': {
          packages: [
            requires('opencv_python'),
            requires('over', 'opencv-python'),
            requires('optional', 'opencv-python'),
          ],
        },
      },
    },
  );
  writeFileSync(join(step.root, 'mnt/deps/root/opt/deps/gl/_gl.abi3.so'), bytes);
  const { status, errors } = await step.run();
  const warnings = status === 0 ? (step.json('report/report.json')['warnings'] as StepProblem[]) : [];
  return { status, errors, warnings };
}

const MISSING = {
  code: 'NATIVE_LIBRARY_MISSING',
  message: 'opencv-python needs libGLxyz.so.1, which the base image has not got',
  hint: expect.stringContaining('require opencv-python-headless in its place'),
};

test('an import that fails for want of a library is told as that', async () => {
  const { errors } = await withLibraries(`import gl\n${APP}`);
  expect(errors).toEqual([expect.objectContaining({ ...MISSING, location: { file: 'app.py', line: 1 } })]);
});

test('also through what another package requires, also inside setup() and in a sibling', async () => {
  const app = APP.replace('def setup(self): pass', 'def setup(self): import helper');
  const { errors } = await withLibraries(app, { 'helper.py': '\ndef f():\n    from over import gl\n' });
  expect(errors).toEqual([expect.objectContaining({ ...MISSING, location: { file: 'helper.py', line: 3 } })]);
});

test('together with the mistakes of the app itself', async () => {
  const app = APP.replace('def setup(self): pass', 'async def setup(self): import gl');
  const { errors } = await withLibraries(app);
  expect(errors).toMatchObject([{ code: 'NATIVE_LIBRARY_MISSING' }, { code: 'JLSERVE_LIFECYCLE_INVALID' }]);
});

test('imports that can do without it, and packages that are not imported, are warned of', async () => {
  for (const head of ['import optional\n', 'try:\n    import gl\nexcept ImportError:\n    gl = None\n', '']) {
    const { status, errors, warnings } = await withLibraries(head + APP);
    expect({ status, errors }).toEqual({ status: 0, errors: [] });
    expect(warnings).toMatchObject([
      {
        code: 'NATIVE_LIBRARY_MISSING',
        message:
          "parts of opencv-python need libGLxyz.so.1, which the base image has not got; the app's imports work without",
      },
    ]);
  }
});

test('libraries that no file names but a package asks for', async () => {
  const typed = await withLibraries(`import ctyped\n${APP}`);
  expect(typed.errors).toMatchObject([
    {
      code: 'NATIVE_LIBRARY_MISSING',
      message: "the app's imports need libsndfile-fake.so.1, which the base image has not got",
      location: { file: 'app.py', line: 1 },
    },
  ]);
  const audio = await withLibraries(`import audio\n${APP}`);
  expect(audio.errors).toMatchObject([
    { code: 'NATIVE_LIBRARY_MISSING', hint: 'jlserve build app.py --apt ffmpeg,libportaudio2' },
  ]);
});

test('the table of Debian packages', async () => {
  const step = new Step('native', { 'plan/x': '' }, 'jlserve');
  const names = {
    'libGL.so.1': 'libgl1',
    'libxcb.so.1': 'libxcb1',
    'libglib-2.0.so.0': 'libglib2.0-0',
    'libgthread-2.0.so.0': 'libglib2.0-0',
    'libSM.so.6': 'libsm6',
    'libXext.so.6': 'libxext6',
    'libXrender.so.1': 'libxrender1',
    'libsndfile.so.1': 'libsndfile1',
    'libgomp.so.1': 'libgomp1',
    'libpq.so.5': 'libpq5',
    'libOpenGL.so.0': 'libopengl0',
    'libavformat.so.59': 'libavformat59',
    'libGL.so.2': null,
    'libavformat.so': null,
  };
  const found = await step.evaluate(
    `import json, ob_native as n\nprint(json.dumps([n.debian_package(s) for s in ${JSON.stringify(Object.keys(names))}]))`,
  );
  expect(found).toEqual(Object.values(names));
  const drivers = [
    'libcuda.so.1',
    'libnvidia-ml.so.1',
    'libnvcuvid.so',
    'libcudart.so.12',
    'libcuda-fake.so.1',
  ];
  const driven = await step.evaluate(
    `import json, ob_native as n\nprint(json.dumps([n.is_of_the_driver(s) for s in ${JSON.stringify(drivers)}]))`,
  );
  expect(driven).toEqual([true, true, true, false, false]);
});
