import { hash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runInContainer } from '../../src/engine/container.ts';
import { findEngine } from '../../src/engine/find.ts';
import type { BuildOutcome, Provider, StoredImage } from '../../src/providers/provider.ts';
import { openProvider } from '../../src/providers/registry.ts';
import { WINDOWS_PYTHONS } from '../windows-python.ts';
import { testEngines } from './engines.ts';
import { buildWindowsStage, packagesStage } from './windows-stages.ts';

/** The limit for the wine stage. */
const MOST_BYTES = 550_000_000;

const PACKAGES = `${packagesStage('tried-packages', ['numpy>=2.2', 'pydantic', 'cryptography'])}
FROM windows-builder AS tried
COPY --from=tried-packages /packages /packages
`;

const STANDARD = `
import ctypes, json, sqlite3, ssl, sys
stable = ctypes.WinDLL("python3.dll").Py_GetVersion
stable.restype = ctypes.c_char_p
print(json.dumps({
    "version": "%d.%d" % sys.version_info[:2],
    "prefix": sys.prefix,
    "stable": stable().decode() == sys.version,
    "ssl": ssl.OPENSSL_VERSION.split()[0],
    "sqlite": sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0],
    "cached": sys.modules["json"].__cached__ is not None,
}))`;

// numpy's complex functions are those that wine's own C run-time lacks; cryptography needs
// python3.dll.
const SCIENCE = `
import json, numpy, pydantic
from cryptography.hazmat.primitives import hashes
class Point(pydantic.BaseModel):
    x: int
digest = hashes.Hash(hashes.SHA256())
digest.update(b"ovenbird")
print(json.dumps({
    "root": str(numpy.sqrt(numpy.array([-4 + 0j]))[0]),
    "inverse": numpy.linalg.inv(numpy.array([[2.0, 0], [0, 4.0]])).tolist(),
    "point": Point(x="3").x,
    "digest": digest.finalize().hex()[:8],
}))`;

// Where Microsoft's C++ run-time is loaded from.
const RUNTIME = `
import ctypes
try:
    loaded = ctypes.WinDLL("msvcp140.dll")
except FileNotFoundError:
    print("missing")
else:
    name = ctypes.create_unicode_buffer(300)
    ctypes.windll.kernel32.GetModuleFileNameW(ctypes.c_void_p(loaded._handle), name, 300)
    print(name.value)`;

/** Of wine's own DLLs, those that a bare Windows lacks count as missing. */
const STRICT = 'WINEDLLOVERRIDES="$WINEDLLOVERRIDES;msvcp140,vcruntime140,vcruntime140_1=n"';

const WINE = 'wine /opt/python/python.exe -c "$CODE"';

function standard(version: string) {
  return { version, prefix: 'Z:\\opt\\python', stable: true, ssl: 'OpenSSL', sqlite: 42, cached: true };
}

class Bench {
  readonly #provider: Provider;
  readonly #address: string;
  readonly #python: string;

  private constructor(provider: Provider, address: string, python: string) {
    this.#provider = provider;
    this.#address = address;
    this.#python = python;
  }

  static async open(address: string, python: string): Promise<Bench> {
    const { signal } = new AbortController();
    const provider = await openProvider({ engine: address, signal, onEvent: () => undefined });
    onTestFinished(() => provider.close());
    return new Bench(provider, address, python);
  }

  build(stage: string, name: string, image?: string): Promise<BuildOutcome> {
    return buildWindowsStage({
      provider: this.#provider,
      python: this.#python,
      image,
      stages: PACKAGES,
      stage,
      output: { type: 'image', name, labels: {} },
    });
  }

  /** Makes an image of a stage that goes when the test ends. */
  async image(
    stage: string,
    from?: string,
  ): Promise<{ name: string; stored: StoredImage; outcome: BuildOutcome }> {
    const name = `ovenbird-test/${stage}:${this.#python}-${from === undefined ? 'file' : 'image'}-${process.pid}`;
    const outcome = await this.build(stage, name, from);
    onTestFinished(() => this.#provider.images?.remove(name));
    const stored = await this.#provider.images?.find(name);
    if (!stored) throw new Error(`no image ${name}`);
    return { name, stored, outcome };
  }

  /** Runs a shell command without network and without any capability. */
  async run(image: string, command: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const docker = await (await findEngine({ address: this.#address })).docker();
    const { stdout, stderr, exitStatus } = await runInContainer({
      docker,
      image,
      cmd: [
        'setpriv',
        '--bounding-set',
        '-all',
        'bash',
        '-c',
        `${command}; status=$?; wineserver -w; exit $status`,
      ],
      env,
      network: 'none',
      timeoutMs: 120_000,
      purpose: 'test-windows',
    });
    if (exitStatus !== 0) throw new Error(`status ${exitStatus}: ${stderr}`);
    return stdout;
  }
}

const engines = testEngines();
/** All versions on one engine, as they take their time; the others prove that they can. */
const main = engines.slice(-1);

describe.each(main)('under wine, on engine $name', ({ address }) => {
  test.each(WINDOWS_PYTHONS)(
    'Python %s runs, with what wheels need',
    { timeout: 600_000 },
    async (python) => {
      const bench = await Bench.open(address, python);
      const { name } = await bench.image('tried');
      expect(JSON.parse(await bench.run(name, WINE, { CODE: STANDARD }))).toEqual(standard(python));
      const science = await bench.run(name, WINE, { CODE: SCIENCE, PYTHONPATH: 'Z:\\packages' });
      expect(JSON.parse(science)).toEqual({
        root: '2j',
        inverse: [
          [0.5, 0],
          [0, 0.25],
        ],
        point: 3,
        digest: hash('sha256', 'ovenbird').slice(0, 8),
      });
    },
  );

  test('a strict run sees no C++ run-time of wine’s own', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address, '3.13');
    const { name } = await bench.image('windows-builder');
    // Microsoft's stands beside python.exe.
    const runs = `${WINE}; mv /opt/python/msvcp140.dll /tmp; ${WINE}; ${STRICT} ${WINE}`;
    expect((await bench.run(name, runs, { CODE: RUNTIME })).split(/\r?\n/)).toEqual([
      'Z:\\opt\\python\\msvcp140.dll',
      'C:\\windows\\system32\\msvcp140.dll',
      'missing',
      '',
    ]);
  });

  test('an image that holds a Windows Python serves as well as a file', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address, '3.13');
    const { name } = await bench.image('windows-builder');
    const { name: second } = await bench.image('windows-builder', name);
    const list = 'cd /opt/python && find . -type f -exec sha256sum {} + | sort | sha256sum';
    expect(await bench.run(second, list)).toBe(await bench.run(name, list));
  });
});

describe.each(engines)('the wine stage, on engine $name', ({ address }) => {
  test('it is small, belongs to root and has a Python for our steps', { timeout: 600_000 }, async () => {
    const bench = await Bench.open(address, '3.13');
    const { name, stored } = await bench.image('wine');
    expect(stored.bytes).toBeLessThan(MOST_BYTES);
    const looked = await bench.run(
      name,
      'wine cmd /c ver; find "$WINEPREFIX" ! -user 0 | wc -l; python3 -c "import json, shutil, tempfile; print(1)"',
    );
    expect(looked.replaceAll('\r', '').trim().split('\n')).toEqual([
      expect.stringContaining('Microsoft Windows 10'),
      '0',
      '1',
    ]);
    const { name: builder } = await bench.image('windows-builder');
    expect(JSON.parse(await bench.run(builder, WINE, { CODE: STANDARD }))).toEqual(standard('3.13'));
    // And nothing is made twice.
    const { outcome } = await bench.image('windows-builder');
    expect(outcome.ran).toEqual([]);
  });
});
