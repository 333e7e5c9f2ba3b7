import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildEvent } from '../../src/events.ts';
import { writeFiles } from '../temporary.ts';
import { copyOfProject } from './example.ts';
import {
  build,
  failure,
  ovenbird,
  project,
  run,
  specLines,
  warnings,
  type ProgramBuild,
} from './pyinstaller-fixtures.ts';

const PLUGINS = ['--plugin', 'once', '--plugin', 'untab', '--plugin', 'sorted_names', '--signed'];
const CODE = 'import os\nimport os\nfrom re import sub, match\nif os:\n\tprint( "x" )';
const FORMATTED = 'import os\nfrom re import match, sub\n\nif os:\n    print("x")\n';

/** How often a build went round, and what it then said. */
function missing(events: readonly BuildEvent[]): string[] {
  return warnings(events).flatMap(({ code, message }) => (code === 'PYINSTALLER_MISSING' ? [message] : []));
}

describe('what a program names only while it runs', () => {
  test('is found by its run at once, and the lines that are told do the same in a spec without a run', async () => {
    const folder = await copyOfProject('pyinstaller-lazy');
    const file = join(folder, 'format_snippet.py');
    const smoke = [...PLUGINS, '--code', CODE];
    const built = await build(file, { options: { bundle: 'onefile', smoke } });
    expect(missing(built.events)).toEqual([]);
    const said = await run(built.artifact.path, smoke);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^# black \d+, pathspec \d+$/m);
    expect(said.stdout.replace(/\n*# black.*\n/, '\n')).toBe(FORMATTED);

    const lines = specLines(built.events);
    expect(lines.join('\n')).toContain("'plugins.untab'");
    expect(lines).toContain("datas += copy_metadata('pathspec')");
    await writeFiles(folder, { 'told.spec': specWith(lines), 'requirements.txt': 'black>=25\npreshed>=3\n' });
    // Of what the smoke run does not use, a trace sees nothing.
    const again = await build(folder, { options: { entry: 'told.spec', smoke: ['--help'] } });
    expect(specLines(again.events).join('\n')).not.toContain('plugins');
    expect(await run(join(again.artifact.path, 'told'), smoke)).toEqual(said);
  }, 300_000);

  test('only as an executable, is added by rounds, each of them told with its line', async () => {
    const folder = await project({
      'tool.py': `# /// script
# requires-python = ">=3.10"
# dependencies = ["humanize>=4.10"]
# ///
import importlib, os, sys
from importlib.metadata import version

def main():
    if not getattr(sys, "frozen", False):
        return print("not frozen")
    for name in ("one", "two"):
        print(importlib.import_module(".".join(["parts", name])).WORD)
    print(version("".join(["human", "ize"])).split(".")[0])
    print(open(os.path.join(sys._MEIPASS, "tables", "table.txt"), encoding="utf-8").read())

main()
`,
      'parts/__init__.py': '',
      'parts/one.py': 'WORD = "eins"\n',
      'parts/two.py': 'WORD = "zwei"\n',
      'tables/table.txt': 'grün',
    });
    const built = await build(join(folder, 'tool.py'), { options: { bundle: 'onefile', smoke: ['go'] } });
    const told = warnings(built.events).filter(({ code }) => code === 'PYINSTALLER_MISSING');
    expect(told).toMatchObject([
      {
        message: 'the executable lacks modules of parts: building again with it',
        hint: "to have it at once: --collect-submodules parts (in a spec: hiddenimports += collect_submodules('parts'))",
      },
      {
        message: 'the executable lacks the metadata of humanize: building again with it',
        hint: "to have it at once: --copy-metadata humanize (in a spec: datas += copy_metadata('humanize'))",
      },
      {
        message: 'the executable lacks the file tables/table.txt: building again with it',
        hint: "to have it at once: --add-data tables/table.txt:tables (in a spec: datas += [('tables/table.txt', 'tables')])",
      },
    ]);
    const said = await run(built.artifact.path, []);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^eins\nzwei\n\d+\ngrün\n$/);
  }, 300_000);
});

function specWith(lines: readonly string[]): string {
  return [
    'from PyInstaller.utils.hooks import collect_data_files, copy_metadata',
    'datas, hiddenimports = [], []',
    ...lines,
    "a = Analysis(['format_snippet.py'], datas=datas, hiddenimports=hiddenimports)",
    "exe = EXE(PYZ(a.pure), a.scripts, exclude_binaries=True, name='told')",
    "COLLECT(exe, a.binaries, a.datas, name='told')",
    '',
  ].join('\n');
}

/** A program that does what its first argument says. */
const MODES = `import http.server, sys, time

class Broken(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500)
        self.end_headers()

def fail():
    return {}["wanted"]

def main():
    mode = sys.argv[1]
    if mode == "broken":
        http.server.HTTPServer(("127.0.0.1", 8099), Broken).serve_forever()
    if mode == "early":
        print("leaving", file=sys.stderr)
        sys.exit(7)
    if mode == "fail":
        fail()
    if mode == "wait":
        time.sleep(3600)

main()
`;

describe('an executable that does not do what it should', () => {
  const options = { bundle: 'onefile' } as const;

  test('is kept aside while the earlier one stays as it was, until the next good build', async () => {
    const folder = await project({ 'lib/tool.py': 'print("good")\n' });
    const file = join(folder, 'lib/tool.py');
    const place = join(folder, 'dist/linux/tool');
    const argv = ['--entry', 'lib/tool.py', '--onefile', '--smoke', '', '--json'];
    const good = await ovenbird(folder, argv);
    expect(good.status, good.stderr).toBe(0);
    const before = readFileSync(place);
    const lock = readFileSync(join(folder, 'ovenbird.lock'));

    const lines = [
      'import importlib, sys',
      'def start():',
      '    if hasattr(sys, "frozen"):',
      '        importlib.import_module("".join(["nobody", "has_it"]))',
      'start()',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const failed = await ovenbird(folder, argv);
    expect(failed.status, failed.stderr).toBe(1);
    const { error } = JSON.parse(failed.stdout) as { error: Record<string, unknown> };
    expect(error).toMatchObject({
      code: 'PYINSTALLER_SMOKE_FAILED',
      message: 'the executable does not work: tool ended with status 1',
      hint: expect.stringContaining(`it is kept as ${place}.failed`) as unknown,
      location: { file: 'lib/tool.py', line: 4 },
    });
    // Once: what was added and did not help is not tried again.
    expect(failed.stderr.match(/lacks the module nobodyhas_it/g)).toHaveLength(1);
    expect(failed.stderr).toContain("ModuleNotFoundError: No module named 'nobodyhas_it'");
    expect(readFileSync(place).equals(before)).toBe(true);
    expect(readFileSync(join(folder, 'ovenbird.lock')).equals(lock)).toBe(true);
    const aside = await run(`${place}.failed`, []);
    expect(aside).toMatchObject({ status: 1, stderr: expect.stringContaining('nobodyhas_it') as unknown });

    writeFileSync(file, 'print("better")\n');
    expect((await ovenbird(folder, argv)).status).toBe(0);
    expect(existsSync(`${place}.failed`)).toBe(false);
    expect(await run(place, [])).toMatchObject({ stdout: 'better\n' });
  }, 300_000);

  const tried = async (more: ProgramBuild): Promise<ReturnType<typeof failure>> => {
    const folder = await project({ 'modes.py': MODES });
    return failure(build(join(folder, 'modes.py'), { ...more, options: { ...options, ...more.options } }));
  };

  test('fails in its own code: told at the line that the user wrote', async () => {
    const error = await tried({ options: { smoke: ['fail'] } });
    expect(error.exitCode).toBe(1);
    expect(error.problems).toMatchObject([
      {
        code: 'PYINSTALLER_SMOKE_FAILED',
        message: 'the executable does not work: modes fail ended with status 1',
        location: { file: 'modes.py', line: MODES.split('\n').indexOf('    return {}["wanted"]') + 1 },
        detail: expect.stringContaining("KeyError: 'wanted'") as unknown,
      },
    ]);
  }, 200_000);

  test('never ends: a warning when nobody said how to try it', async () => {
    const folder = await project({ 'waits.py': 'import time\ntime.sleep(3600)\n' });
    const built = await build(join(folder, 'waits.py'), { options: { ...options, smokeTimeout: 2 } });
    expect(existsSync(built.artifact.path)).toBe(true);
    expect(warnings(built.events)).toMatchObject([
      {
        code: 'PYINSTALLER_SMOKE_UNCLEAR',
        message: 'waits --help had not ended after 2 s: whether the executable works is not known',
        hint: 'say how to try it: --smoke "ARGUMENTS", for a server --smoke-http /health; or --no-verify',
      },
    ]);
  }, 200_000);

  test.each<readonly [string, Readonly<Record<string, unknown>>, string, string]>([
    [
      'never ends, as was asked for',
      { smoke: ['wait'], smokeTimeout: 2 },
      'modes wait had not ended after 2 s',
      'for a server: --smoke-http /health; for more time: --smoke-timeout 4s',
    ],
    [
      'a server answers 500',
      { smoke: ['broken'], smokeHttp: '/health', smokeTimeout: 4 },
      'modes broken, then GET /health gave the answer "HTTP/1.0 500 Internal Server Error" within 4 s',
      'see what it waits for, or give it more time: --smoke-timeout 8s',
    ],
    [
      'a server ends before it answers',
      { smoke: ['early'], smokeHttp: '/health', smokeTimeout: 10 },
      'modes early, then GET /health ended with status 7 before it answered',
      'correct what it says above, or try it another way: --smoke "ARGUMENTS"',
    ],
  ])(
    '%s',
    async (_, smoke, outcome, hint) => {
      const error = await tried({ options: smoke });
      expect(error.problems).toMatchObject([
        { code: 'PYINSTALLER_SMOKE_FAILED', message: `the executable does not work: ${outcome}` },
      ]);
      expect(error.hint).toContain(hint);
    },
    200_000,
  );
});
