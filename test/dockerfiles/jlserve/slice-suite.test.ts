import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readToolkit } from '../../../src/context/toolkit.ts';
import { temporaryFolder } from '../../temporary.ts';
import { python } from '../step.ts';

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
  readonly modes: Readonly<Record<string, string>>;
}

/** One of so many edits is tried: OVENBIRD_EDITS=1 tries all of them, which takes minutes. */
const { OVENBIRD_EDITS: SHARE = '11' } = process.env;

test('no edit of the example apps is served weights that a whole run would not have made', async () => {
  const toolkit = temporaryFolder();
  for (const file of readToolkit({ target: 'jlserve' })) {
    if (!/^(slice|weights)\//.test(file.path)) continue;
    mkdirSync(join(toolkit, dirname(file.path)), { recursive: true });
    writeFileSync(join(toolkit, file.path), file.bytes);
  }
  const program = fileURLToPath(new URL('slice-suite/run.py', import.meta.url));
  const { status, stdout, stderr } = await python([program, toolkit, temporaryFolder(), SHARE], {});
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const summary = JSON.parse(stdout) as Summary;
  console.log(table(summary));
  expect(summary.wrong).toEqual([]);
  expect(summary.cases).toBeGreaterThanOrEqual(300);
  // Edits that matter: a key of the function's own source would have missed these.
  expect(summary.naiveWrong).toBeGreaterThan(50);
  const total = sum(summary);
  expect(total.hits).toBeGreaterThan(50);
  expect(total.needed).toBeGreaterThan(50);
  expect(new Set(Object.values(summary.modes))).toEqual(new Set(['slice', 'file', 'project']));
}, 600_000);

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
      .sort()
      .map(([name, counts]) => row(name, counts)),
    row('all', sum(summary)),
    `wrong cache hits: ${summary.wrong.length}; of a key of the function's source alone: ${summary.naiveWrong}`,
  ].join('\n');
}
