/**
 * The same edit loop for Windows: our whole `ovenbird build --os windows` up to the .exe in dist/,
 * which has run strictly, against a plain `pyinstaller` under the same wine with the same Python
 * and packages, in a container where wine is up already, and one run of its result.
 *   node test/bench/pyinstaller-windows.ts [--rounds N]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testEngines } from '../integration/engines.ts';
import { windowsPython } from '../windows-python.ts';
import { median, roundsAsked } from './figures.ts';
import { inWords, medianPhases, runOvenbird, type Phases } from './pyinstaller/phases.ts';
import { expected, NAME, OPTIONS, Project } from './pyinstaller/project.ts';
import { TheirsOnWindows } from './pyinstaller/theirs-windows.ts';
import type { Run } from './pyinstaller/theirs.ts';

const PYTHON = '3.12';
/** Of a fresh PyInstaller. */
const LIMITS = { edit: 0.8, bytes: 1.02 } as const;
/** What an edit ought to take. */
const AIM = 0.3;
/** Stages that an edit must find as they are. */
const KEPT = /^(?:wine|windows|windows-\w+|resolve-windows|install-windows|analyse-windows)$/;

const OURS = fileURLToPath(new URL('../../bin/ovenbird.js', import.meta.url));
const rounds = roundsAsked();
const [engine] = testEngines().toReversed();
if (!engine) throw new Error('no engine');
const { name: engineName, address } = engine;

interface Timed {
  readonly seconds: number;
  readonly phases: Phases;
}
const ours: Record<'first' | 'edit' | 'unchanged', Timed[]> = { first: [], edit: [], unchanged: [] };
const theirs: Run[] = [];
const oursBytes: number[] = [];

const root = mkdtempSync(join(tmpdir(), 'ovenbird-bench-'));
const project = new Project(join(root, 'project'));
const made = join(project.folder, 'dist/windows', `${NAME}.exe`);
const jar = await windowsPython(PYTHON);
const other = new TheirsOnWindows({
  address,
  tag: `ovenbird-bench-${newSalt()}/pyinstaller-windows:1`,
});
try {
  const first = newSalt();
  project.editBody(first);
  await build('first');
  await other.prepare({ project: project.folder, python: PYTHON, windowsPython: jar });
  // Byte code and pages in memory, which later runs have, too.
  await runTheirs(false);
  await verify(first);
  for (let round = 0; round < rounds; round += 1) {
    const salt = newSalt();
    project.editBody(salt);
    const sides = [() => build('edit'), () => runTheirs(true)];
    // Each begins in turn.
    for (let turn = 0; turn < sides.length; turn += 1) await sides[(round + turn) % sides.length]?.();
    oursBytes.push(statSync(made).size);
    await verify(salt);
    await build('unchanged');
  }
} finally {
  await other.end();
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = print() ? 0 : 1;

function newSalt(): string {
  return randomBytes(4).toString('hex');
}

async function build(which: keyof typeof ours): Promise<void> {
  const where = ['--python', PYTHON, '--engine', address, '--entry', 'run.py'];
  const windows = ['--os', 'windows', '--windows-python', jar];
  const argv = ['build', '--target', 'pyinstaller', project.folder, ...where, ...windows, ...OPTIONS];
  const run = await runOvenbird([OURS, ...argv]);
  ours[which].push(run);
  tell(`ovenbird, ${which}: ${run.seconds.toFixed(2)} s (${inWords(run.phases)})`);
}

async function runTheirs(counted: boolean): Promise<void> {
  const run = await other.run(project.folder);
  if (counted) theirs.push(run);
  tell(`pyinstaller, fresh: ${run.seconds.toFixed(2)} s, then ${run.smoke.toFixed(2)} s`);
}

/** Both executables say the same, and what this edit makes them say. */
async function verify(salt: string): Promise<void> {
  const said = await other.answers(made);
  for (const part of expected(salt)) {
    if (!said.includes(part)) throw new Error(`the executable does not say ${part}, but:\n${said}`);
  }
  const answered = await other.answers();
  if (answered !== said) throw new Error(`ours says:\n${said}\nPyInstaller's:\n${answered}`);
}

function tell(text: string): void {
  process.stderr.write(`[load ${(loadavg()[0] ?? 0).toFixed(1)}] ${text}\n`);
}

function print(): boolean {
  const fresh = median(theirs.map(({ seconds, smoke }) => seconds + smoke));
  const rows = (['edit', 'unchanged', 'first'] as const).map((which) => {
    const seconds = median(ours[which].map((run) => run.seconds));
    const phases = medianPhases(ours[which].map((run) => run.phases));
    return { case: which, seconds, ratio: seconds / fresh, phases };
  });
  const edit = (rows[0]?.ratio ?? Number.NaN) <= LIMITS.edit;
  const repeated = ours.edit.flatMap(({ phases }) => [...phases.keys()].filter((name) => KEPT.test(name)));
  const bytes = { ours: median(oursBytes), theirs: median(theirs.map((run) => run.bytes)) };
  const size = bytes.ours / bytes.theirs;
  const words = {
    edit: `a line in a function (at most ${LIMITS.edit}, aim ${AIM})`,
    unchanged: 'nothing changed',
    first: 'first build (what earlier ones left is kept)',
  };
  const lines = [
    `pyinstaller for Windows, an edit → .exe that has run (Engine ${engineName})`,
    `  PyInstaller under wine: fresh ${fresh.toFixed(2)} s`,
    ...rows.flatMap((row) => [
      `  ${words[row.case].padEnd(46)} ${row.seconds.toFixed(2)} s = ${row.ratio.toFixed(3)} of fresh`,
      `      ${inWords(row.phases)}`,
    ]),
    `  ${`size (at most ${LIMITS.bytes})`.padEnd(46)} ${bytes.ours} / ${bytes.theirs} bytes = ${size.toFixed(4)}`,
    `  ${'stages that an edit made again (must be none)'.padEnd(46)} ${repeated.join(', ') || 'none'}`,
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
  const results = rows.map((row) => ({ ...row, phases: Object.fromEntries(row.phases) }));
  process.stdout.write(
    `${JSON.stringify({ engine: engineName, rounds, fresh, results, bytes, size, repeated })}\n`,
  );
  return edit && size <= LIMITS.bytes && repeated.length === 0;
}
