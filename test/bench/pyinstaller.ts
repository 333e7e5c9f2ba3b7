/**
 * The edit loop of an executable: numpy, pydantic and certifi behind a command line. Our whole
 * `ovenbird build` up to the executable in dist/, which has run in a plain Debian, against a plain
 * `pyinstaller` with the same options in a container of the same base image with the same packages,
 * and the same run of its executable in a plain Debian. Theirs is without the time that containers
 * take to start and files to get in and out; ours is all of it. PyInstaller starts from nothing
 * (`fresh`), and with its own build/ of the time before (`kept`).
 *   OVENBIRD_TEST_BUILDX=… node test/bench/pyinstaller.ts [--rounds N]
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBase } from '../../src/engine/base.ts';
import { readCaBundle } from '../../src/project/ca.ts';
import { readVersions, type VersionedImage } from '../../src/versions.ts';
import { dockerAt } from '../engine-cache.ts';
import { testEngines } from '../integration/engines.ts';
import { median, roundsAsked } from './figures.ts';
import { medianPhases, runOvenbird, inWords, type Phases } from './pyinstaller/phases.ts';
import { expected, NAME, OPTIONS, Project } from './pyinstaller/project.ts';
import { Theirs, type Run, type Way } from './pyinstaller/theirs.ts';

const PYTHON = '3.12';
/** Of a fresh PyInstaller. */
const LIMITS = { edit: 0.8, unchanged: 0.02, bytes: 1.02 } as const;
/** What an edit ought to take. */
const AIM = 0.25;
/** Builds of an unchanged project after each edit. */
const UNCHANGED = 3;

const OURS = fileURLToPath(new URL('../../bin/ovenbird.js', import.meta.url));
const rounds = roundsAsked();
const [engine] = testEngines().toReversed();
if (!engine) throw new Error('no engine');
const { name: engineName, address } = engine;

type Case = 'cold' | 'edit' | 'unchanged' | 'import';
const ours: Record<Case, { readonly seconds: number; readonly phases: Phases }[]> = {
  cold: [],
  edit: [],
  unchanged: [],
  import: [],
};
const theirs: Record<Way, Run[]> = { fresh: [], kept: [] };
const oursBytes: number[] = [];

const root = mkdtempSync(join(tmpdir(), 'ovenbird-bench-'));
const project = new Project(join(root, 'project'));
const made = join(project.folder, 'dist/linux', NAME);
const tag = `ovenbird-bench-${newSalt()}/pyinstaller:1`;
const scratch = join(root, 'theirs');
mkdirSync(scratch);
const other = new Theirs({ address, scratch, tag });
let prepared: number;
try {
  const first = newSalt();
  project.editBody(first);
  await despiteNetwork(() => build('cold', ['--no-cache']));
  const bases = { python: await baseOf('python'), debian: await baseOf('debian') };
  const ca = (await readCaBundle({ environment: process.env }))?.pem ?? Buffer.alloc(0);
  const buildx = process.env['OVENBIRD_TEST_BUILDX'] ?? 'docker-buildx';
  const preparing = { buildx, bases, ca, project: project.folder };
  prepared = await despiteNetwork(() => other.prepare(preparing));
  // What they have after their first run: byte code, pages in memory, and a build/ to keep.
  for (const way of ['fresh', 'kept'] as const) await runTheirs(way, false);
  await verify(first, ['fresh', 'kept']);
  for (let round = 0; round < rounds; round += 1) {
    const salt = newSalt();
    project.editBody(salt);
    const sides = [() => build('edit'), () => runTheirs('fresh', true), () => runTheirs('kept', true)];
    // Each begins in turn.
    for (let turn = 0; turn < sides.length; turn += 1) await sides[(round + turn) % sides.length]?.();
    oursBytes.push(statSync(made).size);
    await verify(salt, ['fresh', 'kept']);
    for (let time = 0; time < UNCHANGED; time += 1) await build('unchanged');
    await verify(salt, ['fresh']);
  }
  for (let round = 0; round < rounds; round += 1) {
    const salt = newSalt();
    project.editImports(salt);
    await build('import');
    await verify(salt, []);
  }
} finally {
  await other.end();
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = print() ? 0 : 1;

/** What downloads may fail by no fault of either side: what counts is a run that did not. */
async function despiteNetwork<T>(action: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    try {
      return await action();
    } catch (thrown) {
      if (left === 0) throw thrown;
      tell(`once more: ${thrown instanceof Error ? thrown.message.slice(-300) : String(thrown)}`);
    }
  }
}

function newSalt(): string {
  return randomBytes(4).toString('hex');
}

/** The base that builds start from, or what stands in for it on this machine. */
async function baseOf(kind: 'python' | 'debian'): Promise<string> {
  const versions = await readVersions();
  const entry: VersionedImage | undefined =
    kind === 'python' ? versions.python[PYTHON] : versions.debian.bookworm;
  if (!entry) throw new Error(`no base for Python ${PYTHON}`);
  const { image: reference, standIn } = entry;
  const question = { docker: dockerAt(address), reference, standIn, platform: 'linux/amd64' };
  return (await ensureBase({ ...question, onEvent: () => undefined })).reference;
}

async function build(which: Case, more: readonly string[] = []): Promise<void> {
  const where = ['--python', PYTHON, '--engine', address, '--entry', 'run.py'];
  const argv = ['build', '--target', 'pyinstaller', project.folder, ...where, ...OPTIONS, ...more];
  const run = await runOvenbird([OURS, ...argv]);
  ours[which].push(run);
  tell(`ovenbird, ${which}: ${run.seconds.toFixed(2)} s (${inWords(run.phases)})`);
}

async function runTheirs(way: Way, counted: boolean): Promise<void> {
  const run = await other.run(way, project.folder);
  if (counted) theirs[way].push(run);
  tell(`pyinstaller, ${way}: ${run.seconds.toFixed(2)} s, then ${run.smoke.toFixed(2)} s`);
}

/** Every executable says the same, and what this edit makes it say. */
async function verify(salt: string, ways: readonly Way[]): Promise<void> {
  const said = await other.answers({ file: made });
  for (const part of expected(salt)) {
    if (!said.includes(part)) throw new Error(`the executable does not say ${part}, but:\n${said}`);
  }
  for (const way of ways) {
    const answered = await other.answers({ way });
    if (answered !== said) throw new Error(`ours says:\n${said}\nPyInstaller's, ${way}:\n${answered}`);
  }
}

function tell(text: string): void {
  process.stderr.write(`[load ${(loadavg()[0] ?? 0).toFixed(1)}] ${text}\n`);
}

function print(): boolean {
  const whole = (way: Way): number => median(theirs[way].map(({ seconds, smoke }) => seconds + smoke));
  const times = { fresh: whole('fresh'), kept: whole('kept') };
  const rows = (['edit', 'unchanged', 'import', 'cold'] as const).map((which) => {
    const seconds = median(ours[which].map((run) => run.seconds));
    const limit = which === 'edit' || which === 'unchanged' ? LIMITS[which] : undefined;
    const ratios = { fresh: seconds / times.fresh, kept: seconds / times.kept };
    const phases = medianPhases(ours[which].map((run) => run.phases));
    return {
      case: which,
      seconds,
      ...ratios,
      limit,
      met: limit === undefined || ratios.fresh <= limit,
      phases,
    };
  });
  const bytes = { ours: median(oursBytes), fresh: median(theirs.fresh.map((run) => run.bytes)) };
  const size = bytes.ours / bytes.fresh;
  const words = {
    edit: `a line in a function (at most ${LIMITS.edit}, aim ${AIM})`,
    unchanged: `nothing changed (at most ${LIMITS.unchanged})`,
    import: 'a new import',
    cold: 'cold, with all that it installs',
  };
  const lines = [
    `pyinstaller, an edit → executable that has run (Engine ${engineName})`,
    `  PyInstaller: fresh ${times.fresh.toFixed(2)} s, its build/ kept ${times.kept.toFixed(2)} s; ` +
      `cold: ${prepared.toFixed(2)} s for packages that are resolved already, then fresh`,
    ...rows.flatMap((row) => [
      `  ${words[row.case].padEnd(46)} ${row.seconds.toFixed(2)} s = ${row.fresh.toFixed(3)} of fresh, ` +
        `${row.kept.toFixed(3)} of kept`,
      `      ${inWords(row.phases)}`,
    ]),
    `  ${`size (at most ${LIMITS.bytes})`.padEnd(46)} ${bytes.ours} / ${bytes.fresh} bytes = ${size.toFixed(4)}`,
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
  const results = rows.map((row) => ({ ...row, phases: Object.fromEntries(row.phases) }));
  process.stdout.write(
    `${JSON.stringify({ engine: engineName, rounds, theirs: { ...times, prepared }, results, bytes, size })}\n`,
  );
  return rows.every(({ met }) => met) && size <= LIMITS.bytes;
}
