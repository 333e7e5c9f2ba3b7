import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { renderPlan } from '../../src/dockerfile/render-plan.ts';
import { planProject } from '../../src/plan-project.ts';
import { ROOT, runCli, runProgram } from '../cli/run-cli.ts';
import { POWERLESS } from '../powerless.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { build, ENGINE, failure, ovenbird, project, run } from './pyinstaller-fixtures.ts';

interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: { readonly file: string; readonly line?: number; readonly column?: number };
}

interface Said {
  readonly status: number | undefined;
  readonly problems: readonly Told[];
}

interface Typed {
  readonly files?: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
  readonly folder?: string;
  readonly engine?: string;
}

/** Where no engine answers: whoever gets so far fails in another way. */
const NO_ENGINE = 'unix:///nonexistent/docker.sock';

const TOOL = { 'tool.py': 'print("fine")\n' };

/** `ovenbird build …` in a folder of these files. */
async function told({ files = TOOL, argv = [], folder, engine = NO_ENGINE }: Typed): Promise<Said> {
  const cwd = folder ?? temporaryFolder();
  await writeFiles(cwd, files);
  const { status, stdout } = await ovenbird(cwd, [...argv, '--json'], { DOCKER_HOST: engine });
  const said = JSON.parse(stdout) as { error?: { problems: readonly Told[] } };
  return { status, problems: said.error?.problems ?? [] };
}

/** A problem as one line, as people see it: `file:line: message [CODE] → hint`. */
function lineOf({ code, message, hint, location }: Told): string {
  const { file, line } = location ?? {};
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  return `${place}${message} [${code}] → ${hint}`;
}

const GUARDED = 'if __name__ == "__main__":\n    print(1)\n';
const LOOK = "paths begin at the project's folder; what is there: ls .";

describe('what no engine is needed for', () => {
  test('a right project gets as far as the engine', async () => {
    const said = await told({ argv: ['tool.py'] });
    expect(said).toMatchObject({ status: 75, problems: [{ code: 'ENGINE_NOT_FOUND' }] });
  });

  test.each<readonly [string, Typed, number, readonly string[]]>([
    [
      'nothing to run',
      { files: { 'readme.txt': '' } },
      1,
      [
        'nothing here is Python: there is no file to make an executable of [PYINSTALLER_NO_ENTRY] → say it: --entry package.module:function, --entry script.py',
      ],
    ],
    [
      'several that could run',
      { files: { 'a.py': GUARDED, "b'$(id).py": GUARDED } },
      1,
      [
        `which of them is the executable? several scripts have if __name__ == "__main__" [PYINSTALLER_NO_ENTRY] → say which: --entry a.py, --entry 'b'"'"'$(id).py'`,
      ],
    ],
    [
      'an entry outside of the project',
      { argv: ['--entry', '../tool.py'] },
      1,
      [
        '--entry "../tool.py" lies outside the project, where the build cannot see it [PYINSTALLER_ENTRY_INVALID] → copy it into the project, or name the folder above both as the project: ovenbird build FOLDER',
      ],
    ],
    [
      'an entry that is not there, and one that is nearly',
      { argv: ['--entry', 'tol.py'] },
      1,
      ['--entry "tol.py" is not in the project [PYINSTALLER_ENTRY_INVALID] → did you mean: --entry tool.py'],
    ],
    [
      'two entries',
      { argv: ['tool.py', '--entry', 'other.py'] },
      2,
      ['two entries: "tool.py" and --entry "other.py" [USAGE] → leave one out: an executable runs one thing'],
    ],
    [
      'a function that is not there',
      { argv: ['--entry', 'tool:main'] },
      1,
      [
        '--entry "tool:main": tool.py has no main at its top level [PYINSTALLER_ENTRY_INVALID] → name a function of tool.py, or run the file itself: --entry tool',
      ],
    ],
    [
      'an option of nearly the right name',
      { argv: ['tool.py', '--hiden-import', 'x'] },
      2,
      ['there is no option --hiden-import [USAGE] → did you mean: --hidden-import'],
    ],
    [
      'a script with a syntax error',
      { files: { 'tool.py': 'import os\ndef f(:\n' }, argv: ['tool.py'] },
      1,
      ["tool.py:2: '(' was never closed [PYTHON_SYNTAX] → check it with: python3 -m py_compile tool.py"],
    ],
    [
      'a spec with a syntax error',
      { files: { ...TOOL, 'tool.spec': "a = Analysis(['tool.py'])\nb = [\n" } },
      1,
      ["tool.spec:2: '[' was never closed [PYTHON_SYNTAX] → check it with: python3 -m py_compile tool.spec"],
    ],
    [
      '--onefile with a spec',
      { files: { ...TOOL, 'tool.spec': "a = Analysis(['tool.py'])\n" }, argv: ['--onefile'] },
      2,
      [
        'tool.spec: --onefile: a spec decides that itself [USAGE] → in tool.spec: EXE(pyz, a.scripts, a.binaries, a.datas, name=…) without COLLECT',
      ],
    ],
    [
      'options that would do nothing, or nothing good',
      {
        argv: [
          ['tool.py', '--distpath', 'out', '--workpath', 'w', '--upx-dir', 'u', '--strip'],
          ['--target-arch', 'arm64', '--key', 'k'],
        ].flat(),
      },
      2,
      [
        '--distpath is --output here; executables for Linux lie in its folder linux, for Windows in windows [USAGE] → -o out',
        '--workpath has nothing to name: PyInstaller works in the build, and what it keeps is cached there [USAGE] → leave --workpath out',
        '--upx-dir has no use: UPX breaks libraries, and is not there [USAGE] → leave --upx-dir out',
        '--strip breaks the libraries of wheels that auditwheel renamed: they load no more [USAGE] → leave --strip out',
        '--target-architecture is of macOS, which nothing is built for [USAGE] → leave it out; for another machine: --platform linux/arm64',
        '--key is no longer an option of PyInstaller: it never kept byte code secret [USAGE] → leave --key out',
      ],
    ],
    [
      'everything at once, before the engine',
      {
        files: { 'tool.py': 'def f(:\n', 'pyproject.toml': '[project]\nname = 5\n' },
        argv: [
          ['tool.py', '--name', '../up', '--glibc', '3', '--smoke', '"', '--hidden-import', 'a;b'],
          ['--os', 'mac', '--add-data', 'none.txt:x', '--add-binary', '/etc/passwd:x'],
        ].flat(),
      },
      2,
      [
        '--os "mac" is no system that executables are built for [USAGE] → for example: --os windows',
        '--name "../up" is not the name of a file everywhere: letters, digits, "_", "-", ".", and a letter, a digit or "_" first [USAGE] → for example: --name my-app',
        '--glibc "3" is not a version of glibc from 2.17 on [USAGE] → for example: --glibc 2.31',
        '--smoke "\\"" has a quote, or a backslash, without its other half [USAGE] → for example: --smoke "--version"',
        '--hidden-import "a;b" is not the name of a module [USAGE] → for example: --hidden-import package.module',
        `--add-data "none.txt:x" is not in the project [PYINSTALLER_OPTION_INVALID] → ${LOOK}`,
        '--add-binary "/etc/passwd:x" lies outside the project, where the build cannot see it [PYINSTALLER_OPTION_INVALID] → copy it into the project, or name the folder above both as the project: ovenbird build FOLDER',
        'pyproject.toml:2: project.name is a number, but must be a string [REQUIREMENTS_INVALID] → write: name = "…"',
        "tool.py:1: '(' was never closed [PYTHON_SYNTAX] → check it with: python3 -m py_compile tool.py",
      ],
    ],
  ])('%s', async (_, typed, status, lines) => {
    const said = await told(typed);
    expect({ status: said.status, lines: said.problems.map(lineOf) }).toEqual({ status, lines });
  });
});

const spec = (...lines: readonly string[]): string =>
  [...lines, "exe = EXE(PYZ(a.pure), a.scripts, a.binaries, a.datas, name='tool')", ''].join('\n');

describe('what PyInstaller finds', () => {
  test.each<readonly [string, Typed, RegExp]>([
    [
      'a name that a spec never bound',
      { files: { ...TOOL, 'tool.spec': spec("# first\na = Analysis(['tool.py'], datas=more)") } },
      /^tool\.spec:2: tool\.spec failed: NameError: name 'more' is not defined \[PYINSTALLER_SPEC_FAILED\] → /,
    ],
    [
      'a script that is not there',
      { files: { ...TOOL, 'tool.spec': spec("a = Analysis(['gone.py'])") } },
      /^tool\.spec:1: the script gone\.py does not exist \[PYINSTALLER_SPEC_FAILED\] → paths in a spec are relative to the spec/,
    ],
    [
      'data that is not there',
      {
        files: {
          ...TOOL,
          'pack/tool.py': '',
          'pack/tool.spec': spec('', "a = Analysis(['tool.py'], datas=[('gone.txt', '.')])"),
        },
        argv: ['--entry', 'pack/tool.spec'],
      },
      /^pack\/tool\.spec:2: pack\/gone\.txt does not exist, or nothing matches it \[PYINSTALLER_SPEC_FAILED\] → /,
    ],
    [
      'a hook of the project that fails',
      {
        files: { 'tool.py': 'import json\n', 'hooks/hook-json.py': '\nraise ValueError("no hook")\n' },
        argv: ['tool.py', '--additional-hooks-dir', 'hooks'],
      },
      /^hooks\/hook-json\.py:2: hooks\/hook-json\.py failed: ValueError: no hook \[PYINSTALLER_FAILED\] → /,
    ],
    [
      'a requirement that nobody has',
      {
        files: { ...TOOL, 'requirements.txt': '# ours\nhumanize\novenbird-nobody-has-this==4.5\n' },
        argv: ['tool.py'],
      },
      /^requirements\.txt:3: .*ovenbird-nobody-has-this.* \[DEPENDENCY_UNRESOLVABLE\] → /,
    ],
  ])(
    '%s, with the line',
    async (_, typed, line) => {
      const said = await told({ ...typed, engine: ENGINE });
      expect(said.status).toBe(1);
      expect(said.problems.map(lineOf)).toEqual([expect.stringMatching(line)]);
    },
    100_000,
  );
});

describe('where the result goes', () => {
  const argv = ['tool.py', '--onefile', '--no-verify'];

  test('a folder that cannot be written is told before anything is built', async () => {
    const folder = await project(TOOL);
    mkdirSync(join(folder, 'out'));
    chmodSync(join(folder, 'out'), 0o555);
    const command = ['build', '--target', 'pyinstaller', ...argv, '-o', 'out', '--json'];
    const cli = join(ROOT, 'src/cli/ovenbird.ts');
    const [program = '', ...rest] = [...POWERLESS, process.execPath, cli, ...command];
    const { status, stdout } = await runProgram(program, rest, {
      cwd: folder,
      env: { DOCKER_HOST: ENGINE, PATH: process.env['PATH'] ?? '' },
    });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'OUTPUT_NOT_WRITABLE',
        message: expect.stringMatching(/^cannot write .*\/out\/linux: permission denied$/) as unknown,
        hint: expect.stringContaining('sudo chown -R "$USER"') as unknown,
      },
    });
    expect(readdirSync(folder).toSorted()).toEqual(['out', 'tool.py']);
  }, 30_000);

  test("somebody's file or folder of the name is left as it is", async () => {
    const folder = await project({ ...TOOL, 'dist/linux/tool': 'my notes', 'dist/linux/kept/a.txt': 'mine' });
    const place = join(folder, 'dist/linux');
    const refused = (name: string): object => ({
      status: 1,
      problems: [
        {
          code: 'OUTPUT_UNSAFE',
          message: `${join(place, name)} exists and is no earlier executable: it is left as it is`,
          hint: 'choose another folder or name: -o DIR, --name NAME',
        },
      ],
    });
    expect(await told({ folder, argv, engine: ENGINE })).toMatchObject(refused('tool'));
    const named = ['tool.py', '--onedir', '--name', 'kept', '--no-verify'];
    expect(await told({ folder, argv: named, engine: ENGINE })).toMatchObject(refused('kept'));
    expect(readFileSync(join(place, 'tool'), 'utf8')).toBe('my notes');
    expect(readFileSync(join(place, 'kept/a.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(place).toSorted()).toEqual(['kept', 'tool']);
  }, 100_000);

  test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
    'a disk that is full leaves nothing half-written, and the earlier one as it was',
    async () => {
      const folder = await project(TOOL);
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', disk]);
      onTestFinished(() => void execFileSync('umount', [disk]));
      mkdirSync(join(disk, 'linux'));
      const earlier = '\x7fELF, an earlier one';
      writeFileSync(join(disk, 'linux/tool'), earlier);
      const said = await told({ folder, argv: [...argv, '-o', 'disk'], engine: ENGINE });
      expect(said).toMatchObject({
        status: 1,
        problems: [
          { code: 'OUTPUT_NOT_WRITABLE', message: `cannot write ${join(disk, 'linux')}: the disk is full` },
        ],
      });
      expect(readdirSync(disk)).toEqual(['linux']);
      expect(readdirSync(join(disk, 'linux'))).toEqual(['tool']);
      expect(readFileSync(join(disk, 'linux/tool'), 'latin1')).toBe(earlier);
    },
    100_000,
  );
});

/** What could end a word, a line, a string or a list in a Dockerfile, a shell, a spec or JSON. */
const HOSTILE = `a"]\\'$(id)\`id\`\${HOME}&&|;#\t {{base}} ü😀`;
const WITH_BREAKS = `${HOSTILE}\nRUN touch /hostile\r\n# syntax=x\u2028`;

/** The Dockerfile of a project's plan. */
async function dockerfileOf(folder: string, options: object = {}): Promise<string> {
  const { plan } = await planProject({ project: folder, target: 'pyinstaller', environment: {}, ...options });
  return renderPlan(plan);
}

describe('hostile strings', () => {
  test('of every kind leave the Dockerfile as it is', async () => {
    const harmless = await dockerfileOf(await project(TOOL), { targetOptions: { entry: 'tool.py' } });
    const file = `-- ${HOSTILE}\n.py`.replaceAll('/', '');
    const folder = await project({
      [file]: GUARDED,
      [`${WITH_BREAKS.replaceAll('/', '')}.txt`]: WITH_BREAKS,
      [`${HOSTILE}/nested.py`]: '',
      'requirements.txt': `humanize\n# ${WITH_BREAKS}\n--index-url https://example.invalid/$(id)\n`,
      'pyproject.toml': `[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.10"\ndescription = ${JSON.stringify(HOSTILE)}\n`,
    });
    symlinkSync('/etc/passwd', join(folder, 'out$(id).txt'));
    const targetOptions = {
      name: 'Grüße (1) @+_.-x',
      smoke: [WITH_BREAKS, '', '--', HOSTILE],
      smokeHttp: '/a$(id)?`id`',
      options: [
        '--runtime-tmpdir',
        HOSTILE.replaceAll('\t', ''),
        '--python-option',
        `X ${HOSTILE.replaceAll('\t', '')}`,
      ],
    };
    expect(await dockerfileOf(folder, { targetOptions })).toBe(harmless);
  });

  test.each<readonly [string, object]>([
    ['--base', { base: `python:3.12\nRUN id` }],
    ['--base', { base: HOSTILE }],
    ['--python', { python: `3.12"]\nRUN id` }],
    ['--apt', { targetOptions: { apt: ['libgl1;id'] } }],
    ['--name', { targetOptions: { name: '$(id)' } }],
    ['--name', { targetOptions: { name: '../up' } }],
    ['--name', { targetOptions: { name: 'a\nb' } }],
    ['--entry', { targetOptions: { entry: `tool:main\nimport os` } }],
    ['--entry', { targetOptions: { entry: 'tool:main()' } }],
    ['--hidden-import', { targetOptions: { options: ['--hidden-import', "os'];import os#"] } }],
    ['--collect-all', { targetOptions: { options: ['--collect-all', "x')\nprint('"] } }],
    ['--contents-directory', { targetOptions: { options: ['--contents-directory', '../x'] } }],
    ['--smoke-http', { targetOptions: { smokeHttp: '/x\r\nHost: evil' } }],
  ])('as a value of %s is refused', async (_, options) => {
    const error = await failure(dockerfileOf(await project(TOOL), options));
    expect(error.exitCode).toBeLessThanOrEqual(2);
    expect(error.hint).not.toBe(undefined);
  });

  test('work in the executable, wherever they may stand, and arguments arrive unchanged', async () => {
    // On its way from a command line a backslash is a slash of Windows.
    const file = `-${HOSTILE.replaceAll(/[\t\\]/g, '')}.py`;
    const words = [WITH_BREAKS, '', '--', '-x', HOSTILE, '../..', '*'];
    const source = [
      'import json, os, sys',
      'here = os.path.dirname(os.path.abspath(__file__))',
      'with open(os.path.join(here, "wörter.json"), encoding="utf-8") as file:',
      '    wanted = json.load(file)',
      'print(json.dumps(sys.argv[1:]))',
      'sys.exit(sys.argv[1:] != wanted)',
      '',
    ].join('\n');
    const folder = await project({
      [file]: source,
      'wörter.json': JSON.stringify(words),
      [`${WITH_BREAKS.replaceAll('/', '')}.txt`]: WITH_BREAKS,
      '-rf/-': '',
    });
    symlinkSync('/etc/passwd', join(folder, 'out\n$(id).txt'));
    const options = { entry: `./${file}`, bundle: 'onefile', name: 'Grüße (1) @+_.-x', smoke: words };
    const built = await build(folder, { options });
    expect(built.artifact.path).toBe(join(folder, 'dist/linux/Grüße (1) @+_.-x'));
    const said = await run(built.artifact.path, words);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(said.stdout)).toEqual(words);
  }, 100_000);
});

test('ovenbird build finds out the target where a spec is, and says what is wrong with it', async () => {
  const folder = await project({ ...TOOL, 'tool.spec': "a = Analysis(['tool.py'])\nb = (\n" });
  const env = { DOCKER_HOST: NO_ENGINE };
  const { status, stderr } = await runCli('ovenbird', ['build', '--progress', 'quiet'], { cwd: folder, env });
  expect(status).toBe(1);
  expect(stderr).toContain("✗ tool.spec:2:5: '(' was never closed [PYTHON_SYNTAX]");
});
