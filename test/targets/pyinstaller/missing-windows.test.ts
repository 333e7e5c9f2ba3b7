import { describe, expect, test } from 'vitest';
import {
  failedAsFrozen,
  missingDlls,
  missingIn,
  unloadable,
} from '../../../src/targets/pyinstaller/missing.ts';

const OWN = new Set(['plugins']);

/** As a Windows program ends that nobody caught. */
const ended = (line: string): string =>
  `Traceback (most recent call last):\r\n  File "pkg\\main.py", line 4, in <module>\r\n${line}\r\n[PYI-32:ERROR] Failed to execute script 'main' due to unhandled exception!\r\n`;

const LOADER = String.raw`0024:err:module:import_dll Library MSVCP140.dll (which is needed by L"Z:\\mnt\\tree\\app\\_internal\\onnxruntime\\capi\\state.pyd") not found
0024:err:module:import_dll Library MSVCP140_1.dll (which is needed by L"C:\\users\\root\\AppData\\Local\\Temp\\_MEI000000202\\x.pyd") not found
0024:err:module:import_dll Library msvcp140.dll (which is needed by L"Z:\\mnt\\tree\\app\\_internal\\other.pyd") not found
`;

describe('what a frozen Windows program says that it lacks', () => {
  const ONEFILE = String.raw`C:\\users\\root\\AppData\\Local\\Temp\\_MEI000000202`;
  const ONEDIR = String.raw`Z:\\mnt\\tree\\app\\_internal`;

  test.each([
    ["ModuleNotFoundError: No module named 'pytokens'", 'hiddenImports', 'pytokens'],
    ['ImportError: No module named yaml', 'hiddenImports', 'yaml'],
    ["ModuleNotFoundError: No module named 'plugins.untab'", 'collectSubmodules', 'plugins'],
    ['importlib.metadata.PackageNotFoundError: black', 'copyMetadata', 'black'],
    [
      String.raw`FileNotFoundError: [Errno 2] No such file or directory: '${ONEFILE}\\pkg\\data.txt'`,
      'data',
      'pkg/data.txt',
    ],
    [
      String.raw`FileNotFoundError: [Errno 2] No such file or directory: '${ONEDIR}\\pkg\\grüß.txt'`,
      'data',
      'pkg/grüß.txt',
    ],
    [
      `FileNotFoundError: [Errno 2] No such file or directory: '${ONEDIR}/pkg/data.txt'`,
      'data',
      'pkg/data.txt',
    ],
    [
      String.raw`FileNotFoundError: [Errno 2] No such file or directory: "${ONEFILE}\\pkg\\it's.txt"`,
      'data',
      "pkg/it's.txt",
    ],
    [
      String.raw`FileNotFoundError: [WinError 3] Path not found: '${ONEDIR}\\pkg\\models'`,
      'data',
      'pkg/models',
    ],
    [
      String.raw`FileNotFoundError: [WinError 2] The system cannot find the file specified: '${ONEDIR}\\VERSION'`,
      'data',
      'VERSION',
    ],
    [
      "pyimod03_ctypes.install.<locals>.PyInstallerImportError: Failed to load dynlib/dll 'nothere.dll'. Most likely this dynlib/dll was not found when the application was frozen.",
      'libraries',
      'nothere.dll',
    ],
    [
      String.raw`pyimod03_ctypes.install.<locals>.PyInstallerImportError: Failed to load dynlib/dll '${ONEFILE}\\lightgbm\\lib\\fast.dll'. Most likely this dynlib/dll was not found when the application was frozen.`,
      'data',
      'lightgbm/lib/fast.dll',
    ],
  ])('%s', (line, kind, name) => {
    expect(missingIn(ended(line), OWN)).toEqual([{ kind, name }]);
  });

  test.each([
    String.raw`FileNotFoundError: [Errno 2] No such file or directory: 'C:\\etc\\app.conf'`,
    String.raw`FileNotFoundError: [Errno 2] No such file or directory: '${ONEDIR}\\..\\x'`,
    String.raw`FileNotFoundError: [Errno 2] No such file or directory: '${ONEDIR}\\a\\.\\x'`,
    String.raw`PyInstallerImportError: Failed to load dynlib/dll 'C:\\Program Files\\Maker\\maker.dll'. Most`,
    'OSError: [WinError 126] Module not found.',
    'ImportError: DLL load failed while importing state: Module not found.',
  ])('nothing that a build could add: %s', (line) => {
    expect(missingIn(ended(line), OWN)).toEqual([]);
  });
});

describe('DLLs that wine’s loader names', () => {
  const failed = ended('ImportError: DLL load failed while importing state: Module not found.');

  test('each once, with the file in the bundle that needs it', () => {
    const found = [
      { name: 'MSVCP140.dll', neededBy: 'onnxruntime/capi/state.pyd' },
      { name: 'MSVCP140_1.dll', neededBy: 'x.pyd' },
    ];
    for (const said of [LOADER + failed, (LOADER + failed).replaceAll(/\r?\n/g, '\r\n')]) {
      expect(missingDlls(said)).toEqual(found);
      expect(missingIn(said, OWN)).toEqual(found.map(({ name }) => ({ kind: 'libraries', name })));
    }
  });

  test('before Python itself could be loaded', () => {
    const said = String.raw`012c:err:module:import_dll Library VCRUNTIME140.dll (which is needed by L"Z:\\mnt\\tree\\python313.dll") not found
[PYI-296:ERROR] Failed to load Python DLL 'Z:\mnt\tree\python313.dll'.
LoadLibrary: Module not found.
`;
    expect(missingDlls(said)).toEqual([{ name: 'VCRUNTIME140.dll', neededBy: 'python313.dll' }]);
    expect(failedAsFrozen(said)).toBe(true);
  });

  test('before a program could be started at all', () => {
    const said = String.raw`0024:err:module:import_dll Library maker.dll (which is needed by L"Z:\\mnt\\tree\\app\\_internal\\tool.exe") not found
0024:err:module:loader_init Importing dlls for L"Z:\\mnt\\tree\\app\\_internal\\tool.exe" failed, status c0000135
`;
    expect(missingDlls(said)).toEqual([{ name: 'maker.dll', neededBy: 'tool.exe' }]);
    expect(failedAsFrozen(said)).toBe(true);
  });

  test('none where the program did without', () => {
    const said = `${LOADER}usage: app [-h]\r\napp: error: unrecognized arguments: --help\r\n`;
    expect(missingDlls(said)).toEqual([]);
    expect(missingIn(said, OWN)).toEqual([]);
    expect(failedAsFrozen(said)).toBe(false);
  });
});

test.each([
  'DLL load failed while importing _rust: Module not found.',
  'ImportError: DLL load failed while importing _rust: The specified module could not be found.',
  'DLL load failed while importing _rust: Das angegebene Modul wurde nicht gefunden.',
])('a module that could not be loaded, in the words of any Windows: %s', (line) => {
  expect(unloadable(line)).toBe('_rust');
  expect(failedAsFrozen(`${line}\r\n`)).toBe(true);
});

test('the bootloader’s last words, with the line ends of Windows', () => {
  expect(failedAsFrozen("hello\r\n[PYI-304:ERROR] Failed to execute script 'x'\r\n")).toBe(true);
  expect(failedAsFrozen('[WinError 5] Access denied\r\n')).toBe(false);
});
