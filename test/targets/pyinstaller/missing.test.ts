import { describe, expect, test } from 'vitest';
import { linesFor, NOTHING, withRemedies } from '../../../src/targets/pyinstaller/additions.ts';
import { failedAsFrozen, missingIn } from '../../../src/targets/pyinstaller/missing.ts';

const OWN = new Set(['plugins']);

const FROZEN = `Traceback (most recent call last):
  File "format_snippet.py", line 40, in <module>
`;

describe('what a frozen program says that it lacks', () => {
  test.each([
    ["ModuleNotFoundError: No module named 'pytokens'", 'hiddenImports', 'pytokens'],
    [
      "ModuleNotFoundError: No module named 'sklearn.utils._cython_blas'",
      'hiddenImports',
      'sklearn.utils._cython_blas',
    ],
    ['ImportError: No module named yaml', 'hiddenImports', 'yaml'],
    ["ModuleNotFoundError: No module named 'a.b'; 'a' is not a package", 'hiddenImports', 'a.b'],
    ["ModuleNotFoundError: No module named 'plugins.untab'", 'collectSubmodules', 'plugins'],
    [
      "ImportError: cannot import name 'fast' from 'pkg.impl' (/tmp/_MEIab12/pkg/impl.pyc)",
      'hiddenImports',
      'pkg.impl.fast',
    ],
    [
      'importlib.metadata.PackageNotFoundError: No package metadata was found for black',
      'copyMetadata',
      'black',
    ],
    ['importlib.metadata.PackageNotFoundError: black', 'copyMetadata', 'black'],
    [
      "pkg_resources.DistributionNotFound: The 'black>=23' distribution was not found and is required by x",
      'copyMetadata',
      'black',
    ],
    [
      "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/_MEIqC4x1e/stats_report/units.json'",
      'data',
      'stats_report/units.json',
    ],
    [
      "FileNotFoundError: [Errno 2] No such file or directory: '/mnt/tree/app/_internal/VERSION'",
      'data',
      'VERSION',
    ],
    [
      'ImportError: libodbc.so.2: cannot open shared object file: No such file or directory',
      'libraries',
      'libodbc.so.2',
    ],
  ])('%s', (line, kind, name) => {
    expect(missingIn(`${FROZEN}${line}\n[PYI-12:ERROR] Failed`, OWN)).toEqual([{ kind, name }]);
  });

  test('each once, in the order of its kinds', () => {
    const said =
      "No module named 'a'\nModuleNotFoundError: No module named 'a'\nModuleNotFoundError: No module named 'a'\n";
    expect(missingIn(said, OWN)).toEqual([{ kind: 'hiddenImports', name: 'a' }]);
  });

  test('nothing of a file of its own that the program looks for', () => {
    const said = "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app.conf'";
    expect(missingIn(said, OWN)).toEqual([]);
  });

  test('nothing that leads out of the bundle', () => {
    for (const path of ['../x', 'a/../../x', './x']) {
      const said = `FileNotFoundError: [Errno 2] No such file or directory: '/tmp/_MEIab/${path}'`;
      expect(missingIn(said, OWN)).toEqual([]);
    }
  });

  test('names are names: nothing of what a hostile program prints goes any further', () => {
    const said = "ModuleNotFoundError: No module named 'a; rm -rf /'\nPackageNotFoundError: $(x)\n";
    expect(missingIn(said, OWN)).toEqual([]);
  });
});

test('a program that decides to fail has not failed as frozen', () => {
  expect(failedAsFrozen('usage: app [-h]\napp: error: unrecognized arguments: --help\n')).toBe(false);
  expect(failedAsFrozen("[PYI-7:ERROR] Failed to execute script 'x' due to unhandled exception!\n")).toBe(
    true,
  );
});

test('remedies are kept with those before, sorted, each once', () => {
  const first = withRemedies(NOTHING, [{ kind: 'hiddenImports', name: 'b' }]);
  const second = withRemedies(first, [
    { kind: 'hiddenImports', name: 'a' },
    { kind: 'hiddenImports', name: 'b' },
    { kind: 'data', name: 'x/y.json' },
  ]);
  expect(second).toEqual({ ...NOTHING, hiddenImports: ['a', 'b'], data: ['x/y.json'] });
  expect(NOTHING.hiddenImports).toEqual([]);
});

test('each remedy has its line for a spec and its option', () => {
  expect(linesFor({ kind: 'data', name: 'x/y.json' })).toEqual({
    spec: "datas += [('x/y.json', 'x')]",
    option: '--add-data x/y.json:x',
  });
  expect(linesFor({ kind: 'data', name: 'VERSION' }).option).toBe('--add-data VERSION:.');
  expect(linesFor({ kind: 'collectSubmodules', name: 'plugins' }).spec).toBe(
    "hiddenimports += collect_submodules('plugins')",
  );
});
