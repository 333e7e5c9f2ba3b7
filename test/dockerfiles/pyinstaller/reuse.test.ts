import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canFreeze, freezeDeps, Freezer, type Files, type Frozen, type Lists } from './freeze-steps.ts';
import { PROJECTS } from './reuse-projects.ts';
import { ROWS, type Row } from './reuse-rows.ts';

/**
 * A wrong cache hit is the worst defect there is. Projects are analysed by their outlines, edited,
 * and built with what was analysed: the executable must hold what one holds that was made of the
 * edited files alone, and the report say the same. Digests of executables are not compared: code
 * that is compiled for an analysis and for an archive is equal, but marshal marks in it what had
 * more than one reference then.
 */
describe.skipIf(!canFreeze())('what was analysed by outlines', () => {
  test.each(PROJECTS)('$name', { timeout: 240_000 }, async ({ files, edit, options, reused, has = [] }) => {
    const runs = { kind: 'script', file: 'app.py' };
    const freezer = new Freezer(await freezeDeps(), { entry: runs, ...options });
    await freezer.analyse(files);
    const before = freezer.outline();
    const edited = { ...files, ...edit };
    await freezer.reduce(edited);
    expect(freezer.outline()).toBe(before);
    const made = await freezer.assemble(edited);
    const names = Object.keys(made.contents).join('\n');
    for (const entry of has) expect(names).toContain(entry);
    expect(made.reused).toEqual(reused);
    // Made as a whole already.
    if (!reused.includes(true)) return;
    const whole = await freezer.assemble(edited, true);
    expect(made.contents).toEqual(whole.contents);
    expect(made.report).toEqual(whole.report);
  });

  test.each(ROWS.map((row, number) => ({ ...row, number })))(
    '$name',
    { timeout: 600_000 },
    async ({ number, analysed, reused, has = [] }) => {
      const { made, whole, shown } = await (all ??= buildAll());
      expect(contentsOf(made, number)).toEqual(contentsOf(whole, number));
      const lists = made.analyses[number];
      expect(lists).toEqual(whole.analyses[number]);
      const names = Object.values(lists ?? {}).flatMap((list) => list.map(([name]) => name));
      for (const entry of has) expect(names.join('\n')).toContain(entry.replace('own', `own${number}`));
      expect({ analysed: shown[number], reused: made.reused[number] }).toEqual({ analysed, reused });
    },
  );

  test('the report of all of these', { timeout: 600_000 }, async () => {
    const { made, whole } = await (all ??= buildAll());
    expect(made.report).toEqual(whole.report);
  });
});

interface All {
  readonly made: Frozen;
  readonly whole: Frozen;
  /** By row: its edit shows in its outlines. */
  readonly shown: readonly boolean[];
}

let all: Promise<All> | undefined;

/** One spec with an analysis for each row, as they have the greater part in common. */
async function buildAll(): Promise<All> {
  const spec = `import sys\nexes = []\n${ROWS.map(analysisOf).join('')}COLLECT(*exes, name='all')\n`;
  const filesOf = (edited: boolean): Files =>
    Object.fromEntries([
      ['all.spec', spec],
      ...ROWS.flatMap((row, number) =>
        Object.entries(edited ? { ...row.files, ...row.edit } : row.files).map(([path, content]) => [
          `row${number}/${named(path, number)}`,
          typeof content === 'string' ? named(content, number) : content,
        ]),
      ),
    ]) as Files;
  const freezer = new Freezer(await freezeDeps(), {
    entry: { kind: 'spec', file: 'all.spec' },
    bundle: null,
  });
  const outlines = (): string[] => ROWS.map((_, number) => freezer.outline(`row${number}`));
  await freezer.reduce(filesOf(false));
  const before = outlines();
  await freezer.analyse(filesOf(true));
  const shown = outlines().map((text, number) => text !== before[number]);
  const described = async (whole: boolean): Promise<Frozen> => {
    const frozen = await freezer.assemble(filesOf(true), whole);
    return { ...frozen, analyses: frozen.analyses.map((lists) => withContents(lists, freezer.root)) };
  };
  return { made: await described(false), whole: await described(true), shown };
}

function analysisOf({ before = '', given = '', after = '' }: Row, number: number): string {
  return named(
    `HERE = os.path.join(SPECPATH, 'row${number}')
SCRIPT = HERE + '/app.py'
${before}
a = Analysis([SCRIPT]${given && ', '}${given})
${after}
exes.append(EXE(PYZ(a.pure), a.scripts, exclude_binaries=True, name='row${number}'))
`,
    number,
  );
}

/** No row finds the modules of another one. */
function named(text: string, number: number): string {
  return text.replaceAll(/\bown\b/g, `own${number}`);
}

function contentsOf({ contents }: Frozen, number: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(contents).filter(([entry]) => entry.startsWith(`all/row${number}: `)),
  );
}

/** Files of the project are told by what they hold; kept ones and PyInstaller's own lie elsewhere. */
function withContents(lists: Lists, root: string): Lists {
  const told = ([name = '', source = '', kind = '']: readonly string[]): readonly string[] => [
    name,
    source.startsWith(`${root}/mnt/project/`) && existsSync(source)
      ? hash('sha256', readFileSync(source))
      : source.replace(/^.*(?:\/analysis\/saved\/files\/\d+-|\/work\/[^/]*\/)/, ''),
    kind,
  ];
  const { pure, binaries, datas } = lists;
  return { pure: pure.map(told), binaries: binaries.map(told), datas: datas.map(told) };
}
