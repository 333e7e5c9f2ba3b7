import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runImage } from '../jlserve.ts';
import {
  appText,
  build,
  CACHE,
  ENGINE,
  failure,
  notes,
  project,
  ran,
  WEIGHTS_STEP,
  type Built,
} from './jlserve-fixtures.ts';

/** The engine's cache outlives the test: what is to run has something new in it. */
const unique = (): string => randomBytes(8).toString('hex');

/** An app whose weights are these words. */
function weighing(words: string): string {
  return appText({ download: [`(${CACHE} / "weights.bin").write_bytes(b"${words}")`] });
}

function rerun({ events }: Built): string[] {
  return notes(events).filter((note) => note.startsWith('weights re-run'));
}

test('what a build wrote into the project is not in the next image, and downloads nothing', async () => {
  const words = unique();
  const folder = await project({ 'app.py': weighing(words), 'labels.txt': 'mine' });
  const options = { extractCache: join(folder, 'weights') };
  await build(folder, { output: join(folder, 'image.tar'), options });
  expect(readFileSync(join(folder, 'weights/weights.bin'), 'utf8')).toBe(words);

  const again = await build(folder, { options: {} });
  expect(ran(again.events)).not.toContain(WEIGHTS_STEP);
  expect(notes(again.events)).toContain('weights/ is left out: it holds the weights of an earlier build');
  const third = await build(folder, { output: join(folder, 'image.tar'), options });
  expect(third.files).toBe(2);
  expect(notes(third.events)).toEqual(
    expect.arrayContaining([
      'image.tar is left out: this build writes it',
      'weights/ is left out: this build writes into it',
    ]),
  );
  const running = await runImage(ENGINE, again.tag);
  expect((await running.exec(['ls', '-A', '/app'])).output.split('\n').filter(Boolean)).toEqual(
    // Written without an archive's name: of that one nobody knows.
    ['app.py', 'image.tar', 'labels.txt'],
  );
}, 200_000);

test('a re-run is told when it was one, with the change that made it', async () => {
  const [one, two] = [unique(), unique()];
  const folder = await project({ 'app.py': weighing(one) });
  const app = join(folder, 'app.py');
  expect(rerun(await build(folder))).toEqual([]);
  writeFileSync(app, weighing(two));
  expect(rerun(await build(folder))).toEqual(['weights re-run: App.download_weights changed (app.py:14)']);
  // The engine has both by now.
  writeFileSync(app, weighing(one));
  const back = await build(folder);
  expect([ran(back.events).includes(WEIGHTS_STEP), rerun(back)]).toEqual([false, []]);
  const packages = await build(folder, { options: { apt: ['libgomp1'] } });
  expect(rerun(packages)).toEqual(['weights re-run: --apt libgomp1 is new']);
}, 200_000);

test('a download that fails is told at the line that the user wrote', async () => {
  const text = appText({
    download: ['# the cause', `raise   OSError( "gone ${unique()}" )  # why`],
    imports: ['# before\n\n'],
  });
  const line = text.split('\n').findIndex((each) => each.includes('OSError')) + 1;
  const error = await failure(build(await project({ 'app.py': text })));
  expect(error.problems).toMatchObject([
    { code: 'JLSERVE_WEIGHTS_FAILED', location: { file: 'app.py', line } },
  ]);
}, 200_000);

test('a requirement that is a git repository is refused by name and line', async () => {
  const requirement = 'demo @ git+https://github.com/ovenbird-nobody/demo.git@v1';
  const text = appText({ requirements: [requirement] });
  const error = await failure(build(await project({ 'app.py': text })));
  expect(error.problems).toMatchObject([
    {
      code: 'DEPENDENCY_UNRESOLVABLE',
      message: `${requirement} is a git repository, and packages are installed from wheels only`,
      location: { file: 'app.py', line: 12 },
      hint: expect.stringContaining('demo>=1.0') as unknown,
    },
  ]);
}, 200_000);
