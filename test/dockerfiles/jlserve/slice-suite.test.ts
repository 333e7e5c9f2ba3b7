import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readToolkit } from '../../../src/context/toolkit.ts';
import { temporaryFolder } from '../../temporary.ts';
import { python, type StepResult } from '../step.ts';

interface Counts {
  readonly cases: number;
  readonly hits: number;
  readonly needed: number;
  readonly unneeded: number;
  readonly failing: number;
}

interface Summary {
  readonly cases: number;
  readonly distinct: number;
  readonly kinds: Readonly<Record<string, Counts>>;
  readonly wrong: readonly string[];
  readonly naiveWrong: number;
  /** Edits of which the slice was made of an outline. */
  readonly outlined: number;
  readonly modes: Readonly<Record<string, string>>;
}

/** One of so many edits is tried: OVENBIRD_EDITS=1 tries all of them, which takes minutes. */
const { OVENBIRD_EDITS: SHARE = '15' } = process.env;

test('no edit of the example apps is served weights that a whole run would not have made', async () => {
  const { status, stdout, stderr } = await suite(toolkit(), SHARE);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const summary = JSON.parse(stdout) as Summary;
  console.log(table(summary));
  expect(summary.wrong).toEqual([]);
  expect(summary.cases).toBeGreaterThanOrEqual(300);
  // Edits that matter: a key of the function's own source would have missed these.
  expect(summary.naiveWrong).toBeGreaterThan(50);
  expect(summary.outlined).toBeGreaterThan(50);
  const total = sum(summary);
  expect(total.hits).toBeGreaterThan(50);
  expect(total.needed).toBeGreaterThan(50);
  expect(new Set(Object.values(summary.modes))).toEqual(new Set(['slice', 'file', 'project']));
}, 600_000);

test('the comparison notices a guard that sees nothing', async () => {
  const folder = toolkit();
  const guard = join(folder, 'weights/guard.py');
  const blind = readFileSync(guard, 'utf8').replace(
    'sys.addaudithook(self._audit)',
    'self._refusing = False',
  );
  expect(blind).not.toBe(readFileSync(guard, 'utf8'));
  writeFileSync(guard, blind);
  const { status, stderr } = await suite(folder, '1000', 'fallback-computed-name');
  expect(status).not.toBe(0);
  expect(stderr).toContain('fallback-computed-name');
}, 60_000);

/** The two steps' programs in a folder. */
function toolkit(): string {
  const folder = temporaryFolder();
  for (const file of readToolkit({ target: 'jlserve' })) {
    if (!/^(slice|weights)\//.test(file.path)) continue;
    mkdirSync(join(folder, dirname(file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.bytes);
  }
  return folder;
}

function suite(folder: string, ...options: string[]): Promise<StepResult> {
  const program = fileURLToPath(new URL('slice-suite/run.py', import.meta.url));
  return python([program, folder, temporaryFolder(), process.execPath, ...options], {});
}

function sum({ kinds }: Summary): Counts {
  const rows = Object.values(kinds);
  const add = (key: keyof Counts): number => rows.reduce((total, row) => total + row[key], 0);
  return {
    cases: add('cases'),
    hits: add('hits'),
    needed: add('needed'),
    unneeded: add('unneeded'),
    failing: add('failing'),
  };
}

function table(summary: Summary): string {
  const row = (name: string, { cases, hits, needed, unneeded, failing }: Counts): string =>
    [name.padEnd(20), ...[cases, hits, needed, unneeded, failing].map((n) => String(n).padStart(9))].join('');
  const head = ['edit'.padEnd(20), 'cases', 'hits', 'needed', 'unneeded', 'failing'];
  return [
    head.map((name, index) => (index ? name.padStart(9) : name)).join(''),
    ...Object.entries(summary.kinds)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, counts]) => row(name, counts)),
    row('all', sum(summary)),
    `of outlines: ${summary.outlined}`,
    `wrong cache hits: ${summary.wrong.length}; of a key of the function's source alone: ${summary.naiveWrong}`,
  ].join('\n');
}
