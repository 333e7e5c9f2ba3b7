import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary.ts';
import { Step, type StepProblem } from '../step.ts';
import { call } from './assemble-step.ts';
import { peFile, type PeFile } from './pe-file.ts';

type Entry = readonly [name: string, path: string];

/** Files of a bundle, by name. */
function write(folder: string, files: Readonly<Record<string, PeFile>>): Entry[] {
  return Object.entries(files).map(([name, file]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, peFile(file));
    return [name, path];
  });
}

/** Of what wine has in system32. */
const WINE =
  'KERNEL32.dll msvcp140.dll vcruntime140.dll d3dx9_43.dll d3dcompiler_47.dll winspool.drv msvcp_win.dll';

async function missing(
  files: Readonly<Record<string, PeFile>>,
  present: readonly string[] = [],
): Promise<unknown> {
  const folder = temporaryFolder();
  const windows = join(folder, 'system32');
  mkdirSync(windows);
  for (const name of WINE.split(' ')) writeFileSync(join(windows, name), '');
  const binaries = write(folder, files);
  return call(
    'dlls, windows_dlls',
    'dlls.missing(given["binaries"], given["present"], windows_dlls.WindowsDlls(given["windows"]))',
    { binaries, present: [...binaries.map(([name]) => name), ...present], windows },
  );
}

describe('DLLs that a Windows program lacks', () => {
  test('neither in the bundle nor part of Windows, with who needs them', async () => {
    expect(
      await missing({
        'z/b.pyd': { needed: ['KERNEL32.dll', 'MSVCP140.dll', 'own.dll', 'python313.dll'] },
        'a.dll': { needed: ['msvcp140.dll', 'winspool.drv', 'nowhere.dll', 'NOWHERE.DLL'] },
        'libs/Own.DLL': {},
        'python313.dll': { needed: ['VCRUNTIME140.dll'] },
        'app/app.exe': { needed: ['d3dx9_43.dll', 'd3dcompiler_47.dll', 'msvcp_win.dll'] },
      }),
    ).toEqual({
      'd3dx9_43.dll': ['app/app.exe'],
      'msvcp140.dll': ['a.dll', 'z/b.pyd'],
      'nowhere.dll': ['a.dll'],
      'vcruntime140.dll': ['python313.dll'],
    });
  });

  test('what any file of the bundle is named is there, whatever its kind', async () => {
    const files = { 'a.pyd': { needed: ['VCRUNTIME140.dll', 'data.dll'] } };
    expect(await missing(files, ['VCRUNTIME140.dll', 'pkg/Data.dll'])).toEqual({});
  });

  test('Windows has what it resolves itself, what wine lacks of it, and what comes with a driver', async () => {
    const needed = [
      'api-ms-win-crt-runtime-l1-1-0.dll',
      'ext-ms-win-gdi-internal-l1-1-0.dll',
      'icuuc.dll',
      'kernel.appcore.dll',
      'MFC42u.dll',
      'msvcp110_win.dll',
      'nvcuda.dll',
      'OpenCL.dll',
    ];
    expect(await missing({ 'a.dll': { needed } })).toEqual({});
  });

  test('what is asked for only when it is needed counts where Microsoft gives it out', async () => {
    const delayed = ['cudart64_12.dll', 'vcomp140.dll', 'kernel32.dll', 'XINPUT1_3.dll'];
    expect(
      await missing({ 'a.dll': { delayed }, 'old.dll': { delayed: ['mfc100.dll'], old: true } }),
    ).toEqual({
      'mfc100.dll': ['old.dll'],
      'vcomp140.dll': ['a.dll'],
      'xinput1_3.dll': ['a.dll'],
    });
  });

  test('what PyInstaller left out as wine’s own is told where a bare Windows lacks it', async () => {
    const log = `36817 WARNING: Excluding Wine built-in DLL: C:\\windows\\system32\\msvcp140.dll
36822 WARNING: Excluding Wine built-in DLL: C:\\windows\\system32\\vcruntime140_1.dll
40536 WARNING: Excluding Wine built-in DLL: C:\\windows\\system32\\VERSION.dll\r
40537 WARNING: Excluding Wine built-in DLL: C:\\windows\\system32\\MSVCR120.dll\r
40537 WARNING: Library not found: could not resolve 'mfc140u.dll', dependency of 'Z:\\mnt\\deps\\a.pyd'.
`;
    const left =
      '[dlls.left_out(log_lines.of_wine(given["log"]), given["present"]), log_lines.libraries(given["log"])]';
    expect(
      await call('dlls, log_lines', left, { log, present: ['VCRUNTIME140_1.dll', 'x/msvcp140.dll'] }),
    ).toEqual([['msvcr120.dll'], {}]);
  });
});

test('files that are cut short, lie about their sizes or are no Windows binary are passed over', async () => {
  const folder = temporaryFolder();
  const bytes = peFile({ needed: ['kernel32.dll', 'a.dll'], delayed: ['b.dll'] });
  const files: Entry[] = [['folder', folder]];
  const add = (name: string, content: Buffer): void => {
    files.push([name, join(folder, name)]);
    writeFileSync(join(folder, name), content);
  };
  add('empty', Buffer.alloc(0));
  add(
    'text',
    Buffer.from('MZ is how this text begins, which is long enough for a header of one of them, and more'),
  );
  for (let length = 0; length < bytes.length; length += 7) add(`cut${length}`, bytes.subarray(0, length));
  for (let place = 60; place < bytes.length; place += place < 0x1c0 || place >= 0x400 ? 1 : 64)
    for (const value of [0, 0x7f, 0xff]) {
      const broken = Buffer.from(bytes);
      broken[place] = value;
      add(`broken${place}-${value}`, broken);
    }
  const read = await call('dlls, ob_pe', '[bool(ob_pe.read(path)) for _, path in given["files"]]', { files });
  expect(new Set(read as boolean[])).toEqual(new Set([true, false]));
  expect((read as boolean[]).slice(0, 3)).toEqual([false, false, false]);
});

const MANY = ['a.pyd', 'b.pyd', 'c.pyd', 'd.pyd', 'e.pyd'];

interface Needs {
  readonly glibc: null;
  readonly warnings: readonly StepProblem[];
}

/** The part of the report that says what a Windows program needs. */
async function needs(files: Readonly<Record<string, PeFile>>, log = ''): Promise<Needs> {
  const step = new Step(
    'assemble',
    {
      'deps/speedy/__init__.py': '',
      'deps/speedy/_fast.pyd': '',
      'deps/speedy/lib/helper.dll': '',
      'deps/speedy-1.0.dist-info/RECORD': ['__init__.py', '_fast.pyd', ...MANY]
        .map((name) => `speedy/${name},,\n`)
        .join(''),
      'wine/drive_c/windows/system32/kernel32.dll': '',
      'wine/drive_c/windows/system32/vcomp140.dll': '',
    },
    'pyinstaller',
  );
  await step.ready();
  const entries = write(join(step.root, 'mnt/deps'), files).map((entry) => [...entry, 'EXTENSION']);
  mkdirSync(join(step.root, 'tree'));
  writeFileSync(join(step.root, 'tree/app.exe'), peFile({ needed: ['kernel32.dll'] }), { mode: 0o755 });
  writeFileSync(join(step.root, 'given.json'), JSON.stringify({ entries, log }));
  const found = await step.evaluate(`import json, os, ob, system_needs
root = os.environ["OVENBIRD_ROOT"]
os.environ["WINEPREFIX"] = root + "/mnt/wine"
given = ob.read_json(root + "/given.json")
try:
    found = system_needs.needs(
        {"system": "windows"}, [("app.exe", root + "/tree/app.exe")], given["entries"], given["log"])
except ob.Failure as failure:
    found = {"glibc": None, "warnings": failure.problems}
print(json.dumps(found))`);
  return found as Needs;
}

describe('in words', () => {
  test('the package that needs it, its files, and what to do', async () => {
    const log = '1 WARNING: Excluding Wine built-in DLL: C:\\windows\\system32\\d3dx9_43.dll\n';
    expect(
      await needs(
        {
          'speedy/_fast.pyd': { needed: ['helper.dll', 'libother.dll'] },
          'speedy/_more.pyd': { needed: ['VCOMP140.DLL'] },
          'loose.pyd': { needed: ['vcomp140.dll'] },
        },
        log,
      ),
    ).toEqual({
      glibc: null,
      warnings: [
        {
          code: 'PYINSTALLER_DLL_MISSING',
          message: 'the program needs d3dx9_43.dll, which is neither part of Windows nor in the bundle',
          hint: "put d3dx9_43.dll beside your code: Microsoft's DirectX End-User Runtimes put it into C:\\Windows\\System32; then --add-binary d3dx9_43.dll:.",
        },
        {
          code: 'PYINSTALLER_DLL_MISSING',
          message:
            'speedy needs helper.dll, which is neither part of Windows nor in the bundle (speedy/_fast.pyd)',
          hint: 'collect it with its package: --collect-binaries speedy',
        },
        {
          code: 'PYINSTALLER_DLL_MISSING',
          message:
            'speedy needs libother.dll, which is neither part of Windows nor in the bundle (speedy/_fast.pyd)',
          hint: 'put libother.dll beside your code; then --add-binary libother.dll:.',
        },
        {
          code: 'PYINSTALLER_DLL_MISSING',
          message:
            'loose.pyd and speedy/_more.pyd need vcomp140.dll, which is neither part of Windows nor in the bundle',
          hint: "put vcomp140.dll beside your code: Microsoft's Visual C++ Redistributable puts it into C:\\Windows\\System32; then --add-binary vcomp140.dll:.",
        },
      ],
    });
  });

  test('many files of many packages make no long line', async () => {
    const entries = MANY.flatMap((name): [string, PeFile][] => [
      [name, { needed: ['x.dll'] }],
      [`speedy/${name}`, { needed: ['y.dll'] }],
    ]);
    const { warnings } = await needs(Object.fromEntries(entries));
    expect(warnings.map(({ message }) => message)).toEqual([
      'a.pyd, b.pyd, c.pyd and others need x.dll, which is neither part of Windows nor in the bundle',
      'speedy needs y.dll, which is neither part of Windows nor in the bundle (speedy/a.pyd, speedy/b.pyd, speedy/c.pyd, 2 more)',
    ]);
  });

  test('a program that holds a DLL of wine’s own is none', async () => {
    const { warnings } = await needs({
      'd3dx9_43.dll': { mark: 'Wine builtin DLL' },
      'speedy/_fast.pyd': { needed: ['kernel32.dll'] },
      'x/msvcp90.dll': { mark: 'Wine placeholder DLL' },
    });
    const hint = "take the file that Microsoft, or the library's maker, gives out";
    expect(warnings).toEqual([
      {
        code: 'PYINSTALLER_DLL_OF_WINE',
        message: "d3dx9_43.dll is wine's own and does nothing on Windows",
        hint,
      },
      {
        code: 'PYINSTALLER_DLL_OF_WINE',
        message: "x/msvcp90.dll is wine's own and does nothing on Windows",
        hint,
      },
    ]);
  });
});
