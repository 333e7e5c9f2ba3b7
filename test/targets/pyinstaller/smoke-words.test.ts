import { expect, test } from 'vitest';
import type { SmokeResult } from '../../../src/targets/pyinstaller/report.ts';
import { smokeFailure } from '../../../src/targets/pyinstaller/smoke-words.ts';
import { smokeOf } from '../../../src/targets/pyinstaller/smoke.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

const FAILED: SmokeResult = {
  program: 'app/app.exe',
  reason: 'exited',
  status: 1,
  milliseconds: 100,
  http: '',
  stdout: '',
  stderr: '',
};

function failure(stderr: string, more: Partial<SmokeResult> = {}, root = temporaryFolder()) {
  return smokeFailure({
    smoke: smokeOf({ smoke: [] }),
    result: { ...FAILED, stderr: stderr.replaceAll('\n', '\r\n'), ...more },
    unfrozen: '',
    path: 'dist/windows/app.failed',
    root,
    sourceRoots: ['.', 'src'],
  });
}

const ENDED = "[PYI-32:ERROR] Failed to execute script 'main' due to unhandled exception!\n";
const LOAD_FAILED = 'ImportError: DLL load failed while importing state: Module not found.\n';

test.each([
  [
    String.raw`0024:err:module:import_dll Library MSVCP140.dll (which is needed by L"Z:\\mnt\\tree\\app\\_internal\\onnx\\state.pyd") not found` +
      `\n${LOAD_FAILED}`,
    'onnx/state.pyd needs MSVCP140.dll, which it lacks: put MSVCP140.dll beside your code, then --add-binary MSVCP140.dll:.',
  ],
  [
    "PyInstallerImportError: Failed to load dynlib/dll 'maker.dll'. Most likely\n",
    'put maker.dll beside your code, then --add-binary maker.dll:.',
  ],
  [
    LOAD_FAILED,
    'a DLL that state needs is missing: collect those of its package, --collect-binaries PACKAGE',
  ],
  [
    "UnicodeEncodeError: 'charmap' codec can't encode character '\\u0142' in position 0: character maps to <undefined>\n",
    'a pipe of Windows takes what its code page has, and no more: --python-option "X utf8=1"',
  ],
  [
    'ImportError: libodbc.so.2: cannot open shared object file: No such file or directory\n',
    'name the Debian package that has libodbc.so.2: --apt PACKAGE (https://packages.debian.org)',
  ],
])('what is wrong is named, with what to type: %j', (said, hint) => {
  expect(failure(said + ENDED).hint).toBe(
    `${hint}; it is kept as dist/windows/app.failed, and an earlier one is as it was`,
  );
});

test('the last words are shown without the marks of Windows and without wine’s own', () => {
  const said =
    'error: XDG_RUNTIME_DIR is invalid or not set in the environment.\nTraceback\n\nValueError: x\n';
  const { problems, message } = failure(said, { status: 255 });
  expect(problems[0]?.detail).toBe('Traceback\nValueError: x');
  expect(message).toBe('the executable does not work: app/app.exe ended with status 255');
});

test('the line of the project is found by the path that Windows has', async () => {
  const root = temporaryFolder();
  await writeFiles(root, { 'src/shop/cart.py': 'x\n' });
  const said =
    'Traceback:\n  File "main.py", line 3, in <module>\n  File "shop\\cart.py", line 7, in add\nValueError: x\n';
  expect(failure(said, {}, root).problems[0]?.location).toEqual({ file: 'src/shop/cart.py', line: 7 });
});
