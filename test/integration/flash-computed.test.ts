import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildProject, type BuildResult } from '../../src/build.ts';
import { OvenbirdError } from '../../src/errors.ts';
import type { BuildEvent } from '../../src/events.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const engine = testEngines().at(-1)?.address ?? '';

interface Built extends BuildResult {
  readonly events: readonly BuildEvent[];
}

async function build(project: string): Promise<Built> {
  const events: BuildEvent[] = [];
  const result = await buildProject({ project, engine, onEvent: (event) => events.push(event) });
  return { ...result, events };
}

async function projectOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

/** Distributions in the archive, and the SDK's own ones not. */
function shipped(archive: string, wanted: readonly string[]): string[] {
  const names = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).split('\n');
  return wanted.filter((name) => names.includes(`./${name}/__init__.py`));
}

function imports({ events }: Built): number {
  return events.filter((event) => event.type === 'step-started' && event.title.startsWith('import ')).length;
}

const APP = `import toolz
from runpod_flash import Endpoint

from helpers.settings import EXTRA

BASE = ["toolz"]
FEW = tuple(name for name in ("colorama", "toolz") if name)

@Endpoint(name="one", cpu="cpu3c-1-2", dependencies=BASE + EXTRA + list(FEW))
def one():
    import colorama
    import humanize
    return toolz.__version__
`;

const FILES = {
  'app.py': APP,
  'helpers/settings.py': 'EXTRA = ["humanize>=4"]\n',
} as const;

const ALL = ['toolz', 'colorama', 'humanize'];

test(
  'what is computed is in the archive, after two imports at most, and remembered',
  { timeout: 300_000 },
  async () => {
    const folder = await projectOf(FILES);
    const first = await build(folder);
    expect(shipped(first.artifact.path, ALL)).toEqual(ALL);
    expect(imports(first)).toBe(2);
    expect(first.events.filter((event) => event.type === 'warning')).toMatchObject([
      {
        code: 'FLASH_DEPENDENCIES_COMPUTED',
        message: 'dependencies in app.py are computed: colorama, humanize>=4, as importing it tells',
        location: { file: 'app.py' },
      },
    ]);
    expect(readFileSync(join(folder, 'ovenbird.lock'), 'utf8')).toContain(
      '\n# computed {"app.py": ["colorama", "humanize>=4"]}\n',
    );

    // The lock has them: one import, the same bytes, nothing to tell.
    const again = await build(folder);
    expect(again.artifact.digest).toBe(first.artifact.digest);
    expect(again.events.filter((event) => event.type === 'warning')).toEqual([]);
    expect(imports(again)).toBeLessThanOrEqual(1);

    // What the helper says now is what counts.
    writeFileSync(join(folder, 'helpers/settings.py'), 'EXTRA = []\n');
    writeFileSync(join(folder, 'app.py'), APP.replace('    import humanize\n', ''));
    const less = await build(folder);
    expect(shipped(less.artifact.path, ALL)).toEqual(['toolz', 'colorama']);
    expect(imports(less)).toBe(2);
  },
);

test(
  'a module that needs what it computes is imported with stand-ins first',
  { timeout: 300_000 },
  async () => {
    const folder = await projectOf({
      ...FILES,
      'app.py': `import humanize\nfrom colorama import Fore\n${APP}\nCOLOUR = Fore.RED\n`,
    });
    const built = await build(folder);
    expect(shipped(built.artifact.path, ALL)).toEqual(ALL);
    expect(imports(built)).toBe(2);
  },
);

test('what is missing and nowhere named stays an error at its line', { timeout: 300_000 }, async () => {
  const folder = await projectOf({ ...FILES, 'app.py': `import no_such_module\n${APP}` });
  const error = await build(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OvenbirdError);
  expect((error as OvenbirdError).problems).toMatchObject([
    { code: 'FLASH_IMPORT_FAILED', location: { file: 'app.py', line: 1 } },
  ]);
});

test('lists that differ from import to import are an error', { timeout: 300_000 }, async () => {
  const folder = await projectOf({
    'app.py': `import importlib.util
from runpod_flash import Endpoint

NAMES = ["toolz", "colorama"] if importlib.util.find_spec("toolz") is None else ["colorama"]

@Endpoint(name="one", cpu="cpu3c-1-2", dependencies=NAMES[:])
def one():
    pass
`,
  });
  const error = await build(folder).catch((thrown: unknown) => thrown);
  expect((error as OvenbirdError).problems).toMatchObject([
    {
      code: 'FLASH_DEPENDENCIES_UNSTABLE',
      message: 'dependencies of app.py differ from import to import: [colorama, toolz], then [colorama]',
      location: { file: 'app.py' },
    },
  ]);
});

test('what is computed cannot be an option', { timeout: 300_000 }, async () => {
  const folder = await projectOf({
    'app.py': `from runpod_flash import Endpoint

@Endpoint(name="one", cpu="cpu3c-1-2", dependencies=list(["--index-url=http://127.0.0.1:1", "a\\n-r b"]))
def one():
    pass
`,
  });
  const error = await build(folder).catch((thrown: unknown) => thrown);
  expect((error as OvenbirdError).problems.map(({ code, location }) => [code, location])).toEqual([
    ['REQUIREMENTS_INVALID', { file: 'app.py', line: 3 }],
    ['REQUIREMENTS_INVALID', { file: 'app.py', line: 3 }],
  ]);
});
