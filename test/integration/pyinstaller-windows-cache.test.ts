import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { windowsPython } from '../windows-python.ts';
import { build, project, ran, warnings, type Built } from './pyinstaller-fixtures.ts';
import { runWindows } from './windows-machine.ts';

const PYTHON = '3.12';

/** Of this run alone: no earlier one has left its steps in the cache. */
const ONCE = randomBytes(4).toString('hex');

async function buildWindows(file: string): Promise<Built> {
  const options = {
    os: 'windows',
    windowsPython: await windowsPython(PYTHON),
    bundle: 'onefile',
    smoke: ['go'],
  };
  return build(file, { python: PYTHON, options });
}

/** Steps that ran, of those that deal with the program. */
function stepsOf(built: Built): string[] {
  return ran(built.events).flatMap((title) => /^(?:analyse|assemble|run it)/.exec(title) ?? []);
}

test('what only the executable lacks is added by rounds; an edit of a body analyses nothing; undone, it is the first bytes', async () => {
  const folder = await project({
    'tool.py': `# /// script
# requires-python = ">=3.10"
# dependencies = ["humanize>=4.10"]
# ///
import importlib, os, sys
from importlib.metadata import version
import own

def main():
    print(own.word())
    if not getattr(sys, "frozen", False):
        return
    print(importlib.import_module(".".join(["parts", "one"])).WORD)
    print(version("".join(["human", "ize"])).split(".")[0])
    print(open(os.path.join(sys._MEIPASS, "tables", "table.txt")).read())

main()
`,
    'own.py': `ONCE = "${ONCE}"\ndef word():\n    return "aaaa"\n`,
    'parts/__init__.py': '',
    'parts/one.py': 'WORD = "eins"\n',
    'tables/table.txt': 'table',
  });
  const file = join(folder, 'tool.py');
  const own = join(folder, 'own.py');
  const first = await buildWindows(file);
  expect(warnings(first.events).filter(({ code }) => code === 'PYINSTALLER_MISSING')).toMatchObject([
    { message: 'the executable lacks modules of parts: building again with it' },
    { message: 'the executable lacks the metadata of humanize: building again with it' },
    { message: 'the executable lacks the file tables/table.txt: building again with it' },
  ]);
  const program = first.artifact.path;
  expect(await runWindows(program, [])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^aaaa\neins\n\d+\ntable\n$/) as unknown,
  });

  const text = readFileSync(own, 'utf8');
  writeFileSync(own, text.replace('aaaa', 'bbbb'));
  utimesSync(own, 1, 1);
  // Each round of the first build is in the cache but for what depends on the body.
  const edited = await buildWindows(file);
  expect(stepsOf(edited)).not.toContain('analyse');
  expect(stepsOf(edited)).toEqual(expect.arrayContaining(['assemble', 'run it']) as unknown);
  expect((await runWindows(program, [])).stdout).toMatch(/^bbbb\n/);

  writeFileSync(own, text);
  const undone = await buildWindows(file);
  expect(undone.artifact.digest).toBe(first.artifact.digest);
  expect(stepsOf(undone)).toEqual([]);
}, 900_000);
