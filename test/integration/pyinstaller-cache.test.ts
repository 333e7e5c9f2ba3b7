import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chosenBuilds } from '../every-build.ts';
import { writeFiles } from '../temporary.ts';
import { build, ran, run, type Built, type ProgramBuild } from './pyinstaller-fixtures.ts';

/** Of this run alone: no earlier one has left its steps in the cache. */
const ONCE = randomBytes(4).toString('hex');

/**
 * A wrong cache hit is the worst defect there is: whatever a build depends on, a change of that
 * alone shows in the executable, though sizes and times say that nothing changed; and where
 * nothing changed, nothing is done. One program, changed by one test after the other.
 */
const FILES = {
  'app.py': [
    'import sys, six, own',
    'from pathlib import Path',
    'if __name__ == "__main__":',
    '    data = Path(__file__).with_name("data.txt").read_text()',
    '    extra = Path(__file__).with_name("extra.txt").exists()',
    '    print(own.body(), own.CONSTANT, data.strip(), extra, six.__version__, sys.version_info[1])',
    '',
  ].join('\n'),
  'own.py': `ONCE = "${ONCE}"\nCONSTANT = "cccc"\ndef body():\n    return "bbbb"\n`,
  'data.txt': 'dddd\n',
  'more/extra.txt': 'here\n',
  'requirements.txt': 'six==1.16.0\n',
};

/** Steps by how their titles begin. */
const STEPS = {
  resolve: /^resolve /,
  install: /^install .*packages for/,
  trace: /^run .* unfrozen/,
  analyse: /^analyse /,
  assemble: /^assemble /,
  smoke: /^run it without Python/,
} as const;

type StepName = keyof typeof STEPS;

function stepsOf(built: Built): StepName[] {
  const titles = ran(built.events);
  return (Object.keys(STEPS) as StepName[]).filter((name) => titles.some((title) => STEPS[name].test(title)));
}

const folders: string[] = [];

async function newProject(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ovenbird-test-'));
  folders.push(folder);
  const project = join(folder, 'app');
  await writeFiles(project, files);
  return project;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Changes a file to a text of the same size and gives it its old times back. */
function editUnseen(path: string, from: string, to: string): void {
  expect(to.length).toBe(from.length);
  const { atime, mtime } = statSync(path);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  utimesSync(path, atime, mtime);
}

/** Where the file lies on the disk, and when it was written. */
function placeOf(path: string): unknown {
  const { ino, mtimeMs, size } = statSync(path);
  return { ino, mtimeMs, size };
}

describe('a script in one file', { timeout: 300_000 }, () => {
  let project = '';
  let program = '';
  let last: Built;
  let first: Built;
  const settings: ProgramBuild = { options: { entry: 'app.py', bundle: 'onefile' } };

  const again = async (more: ProgramBuild = {}): Promise<StepName[]> => {
    last = await build(project, { ...settings, ...more });
    return stepsOf(last);
  };
  const says = async (): Promise<string[]> => (await run(program, [])).stdout.trim().split(' ');
  const at = (path: string): string => join(project, path);

  beforeAll(async () => {
    project = await newProject(FILES);
    program = at('dist/linux/app');
    await again();
    // The second build resolves nothing: its lock is given.
    await again();
    first = last;
  }, 600_000);

  test('nothing changed: nothing runs, nothing is received, the file is not touched', async () => {
    const before = placeOf(program);
    expect(await again()).toEqual([]);
    expect(placeOf(program)).toEqual(before);
    expect((await says()).filter((word) => /^[bcd]{4}$/.test(word))).toEqual(['bbbb', 'cccc', 'dddd']);
  });

  test('a body', async () => {
    editUnseen(at('own.py'), 'bbbb', 'BBBB');
    expect(await again()).toEqual(['trace', 'assemble', 'smoke']);
    expect((await says())[0]).toBe('BBBB');
  });

  test('a constant', async () => {
    editUnseen(at('own.py'), 'cccc', 'CCCC');
    expect(await again()).toEqual(['trace', 'analyse', 'assemble', 'smoke']);
    expect((await says())[1]).toBe('CCCC');
  });

  test('a data file', async () => {
    editUnseen(at('data.txt'), 'dddd', 'DDDD');
    expect(await again()).toEqual(['trace', 'assemble', 'smoke']);
    expect((await says())[2]).toBe('DDDD');
  });

  test('all of it undone, with old times: the first bytes, from the cache', async () => {
    editUnseen(at('own.py'), 'BBBB', 'bbbb');
    editUnseen(at('own.py'), 'CCCC', 'cccc');
    editUnseen(at('data.txt'), 'DDDD', 'dddd');
    expect(await again()).toEqual([]);
    expect(last.artifact.digest).toBe(first.artifact.digest);
    const before = placeOf(program);
    writeFileSync(at('own.py'), FILES['own.py'].replace('bbbb', 'old!'));
    utimesSync(at('own.py'), 1e9, 1e9);
    await again();
    expect(placeOf(program)).not.toEqual(before);
    expect((await says())[0]).toBe('old!');
  });

  test('an import in a body brings the module', async () => {
    const source = FILES['own.py'];
    writeFileSync(at('own.py'), source.replace('return "bbbb"', 'import colorsys; return colorsys.__name__'));
    expect(await again()).toEqual(['trace', 'analyse', 'assemble', 'smoke']);
    expect((await says())[0]).toBe('colorsys');
    writeFileSync(at('own.py'), source);
  });

  test('an option', async () => {
    const options = { ...settings.options, options: ['--add-data', 'more/extra.txt:.'] };
    const steps = await again({ options });
    expect(steps).toEqual(expect.arrayContaining(['analyse', 'assemble', 'smoke']));
    expect(steps).not.toContain('install');
    expect((await says())[3]).toBe('True');
    // That option gone again.
    await again();
    expect((await says())[3]).toBe('False');
  });

  test('how it is tried: only that is done', async () => {
    const before = placeOf(program);
    const steps = await again({ options: { ...settings.options, smoke: ['--other'] } });
    expect(steps).toContain('smoke');
    expect(steps).not.toContain('assemble');
    expect(placeOf(program)).toEqual(before);
  });

  test('a requirement, and the lock as somebody edits it', async () => {
    const old = readFileSync(at('ovenbird.lock'), 'utf8');
    const block = /^six==[^]*?(?=^[a-z#]|(?![^]))/m;
    editUnseen(at('requirements.txt'), '1.16.0', '1.15.0');
    expect(await again()).toEqual(expect.arrayContaining(['analyse', 'assemble']));
    expect(await says()).toContain('1.15.0');
    const lock = readFileSync(at('ovenbird.lock'), 'utf8');
    writeFileSync(
      at('ovenbird.lock'),
      lock.replace(block, () => block.exec(old)?.[0] ?? ''),
    );
    const steps = await again();
    expect(steps).not.toContain('resolve');
    expect(await says()).toContain('1.16.0');
    editUnseen(at('requirements.txt'), '1.15.0', '1.16.0');
    writeFileSync(at('ovenbird.lock'), old);
  });

  test('what somebody removed or spoiled comes back, without a step', async () => {
    expect(await again()).toEqual([]);
    rmSync(program);
    expect(await again()).toEqual([]);
    expect(last.artifact.digest).toBe(first.artifact.digest);
    const { size } = statSync(program);
    const spoiled = readFileSync(program);
    spoiled[size - 5000] = (spoiled[size - 5000] ?? 0) ^ 1;
    writeFileSync(program, spoiled);
    await again();
    expect((await says())[0]).toBe('bbbb');
  });

  test('--rebuild: all but the packages, and the same bytes', async () => {
    const before = placeOf(program);
    expect(await again({ rebuild: true })).toEqual(['trace', 'analyse', 'assemble', 'smoke']);
    expect(last.artifact.digest).toBe(first.artifact.digest);
    expect(placeOf(program)).toEqual(before);
  });

  const anew = chosenBuilds(['--no-cache in another folder: all of it, and the same bytes'], () => false);

  test.each(anew)('%s', async () => {
    const other = await newProject(FILES);
    writeFileSync(join(other, 'ovenbird.lock'), readFileSync(at('ovenbird.lock')));
    const built = await build(other, { ...settings, noCache: true });
    expect(stepsOf(built)).toEqual(['install', 'trace', 'analyse', 'assemble', 'smoke']);
    expect(built.artifact.digest).toBe(first.artifact.digest);
  });

  test('the Python that it is for', async () => {
    await again({ python: '3.11' });
    expect((await says()).at(-1)).toBe('11');
  });
});

describe('a spec, as a folder', { timeout: 300_000 }, () => {
  const SPEC = `NAMES = ['app']
a = Analysis([NAMES[0] + '.py'], datas=[('data.txt', '.')])
exe = EXE(PYZ(a.pure), a.scripts, exclude_binaries=True, name='one')
COLLECT(exe, a.binaries, a.datas, name='tool')
`;

  test('its words; a file of the folder that is gone; the same bytes from another folder', async () => {
    const project = await newProject({ ...FILES, 'app.spec': SPEC });
    const first = await build(project);
    const place = join(project, 'dist/linux/tool');
    editUnseen(join(project, 'app.spec'), "'one'", "'two'");
    await build(project);
    expect((await run(join(place, 'two'), [])).stdout).toContain('dddd');
    editUnseen(join(project, 'app.spec'), "'two'", "'one'");
    rmSync(join(place, '_internal/data.txt'), { force: true });
    const undone = await build(project);
    expect(undone.artifact.digest).toBe(first.artifact.digest);
    expect(stepsOf(undone)).toEqual([]);
    expect(readFileSync(join(place, '_internal/data.txt'), 'utf8')).toContain('dddd');

    const other = await newProject({ ...FILES, 'app.spec': SPEC });
    writeFileSync(join(other, 'ovenbird.lock'), readFileSync(join(project, 'ovenbird.lock')));
    const built = await build(other, { rebuild: true });
    expect(built.artifact.digest).toBe(first.artifact.digest);
  });
});
