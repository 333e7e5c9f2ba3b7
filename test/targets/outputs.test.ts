import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planProject } from '../../src/build.ts';
import type { BuildOptions } from '../../src/build-options.ts';
import type { BuildEvent } from '../../src/events.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

const APP = `import jlserve
from pydantic import BaseModel
class Text(BaseModel):
    text: str
@jlserve.app()
class Demo:
    def setup(self) -> None: ...
    def download_weights(self) -> None: ...
    @jlserve.endpoint()
    def run(self, input: Text) -> Text: ...
`;

/** What an archive begins with, as far as anyone looks. */
const TAR = `${'x'.repeat(257)}ustar`;

interface Seen {
  readonly files: readonly string[];
  readonly leftOut: readonly string[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

async function plan(root: string, options: Partial<BuildOptions>): Promise<Seen> {
  const events: BuildEvent[] = [];
  const planned = await planProject({
    project: options.target === 'flash' ? root : join(root, 'app.py'),
    target: 'jlserve',
    environment: {},
    onEvent: (event) => events.push(event),
    ...options,
  });
  return {
    files: planned.tree.files.map(({ path }) => path),
    leftOut: planned.plan.reasons.filter((reason) => reason.includes('is left out')),
    notes: events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
    warnings: events.flatMap((event) => (event.type === 'warning' ? [event.code] : [])),
  };
}

describe('what a build of a jlserve app has written is not in the next', () => {
  const OUTPUTS = { 'image.tar': TAR, 'weights/model.bin': '1', 'weights/deep/x': '2' };

  test('the archive and the weights, however they are named', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': APP, 'data/labels.txt': 'a', ...OUTPUTS });
    const elsewhere = join(temporaryFolder(), 'link');
    symlinkSync(root, elsewhere);
    for (const at of [root, elsewhere]) {
      const output = relative(process.cwd(), join(at, 'image.tar'));
      const folder = join(at, 'weights');
      for (const options of [
        { output, targetOptions: { extractCache: folder } },
        { output, environment: { JLSERVE_CACHE_DIR: relative(process.cwd(), folder) } },
      ]) {
        const seen = await plan(root, options);
        expect(seen.files).toEqual(['app.py', 'data/labels.txt']);
        expect(seen.leftOut).toEqual([
          'image.tar is left out: this build writes it',
          'weights/ is left out: this build writes into it',
        ]);
        expect(seen.notes).toEqual(expect.arrayContaining([...seen.leftOut]));
      }
    }
  });

  test('what lies elsewhere, or is not there yet, leaves nothing out and says nothing', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': APP, ...OUTPUTS });
    const away = temporaryFolder();
    for (const folder of [join(away, 'weights'), join(root, 'later'), join(root, '..')]) {
      const seen = await plan(root, {
        output: join(away, 'image.tar'),
        targetOptions: { extractCache: folder },
      });
      expect(seen.files).toEqual(['app.py', 'image.tar', 'weights/deep/x', 'weights/model.bin']);
      expect(seen.leftOut).toEqual([]);
    }
  });

  test('weights that an earlier build finished, whoever asks now', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': APP, ...OUTPUTS, 'weights/.jlserve-build-complete': '{}' });
    const seen = await plan(root, {});
    expect(seen.files).toEqual(['app.py', 'image.tar']);
    expect(seen.leftOut).toEqual(['weights/ is left out: it holds the weights of an earlier build']);
  });

  test('a file that the build would refuse to overwrite is the project’s', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': APP, 'notes.tar': 'mine' });
    const options = {
      output: join(root, 'notes.tar'),
      environment: { JLSERVE_CACHE_DIR: join(root, 'app.py') },
    };
    expect((await plan(root, options)).files).toEqual(['app.py', 'notes.tar']);
  });

  test('the app’s own folder is no place for weights', async () => {
    const root = temporaryFolder();
    await writeFiles(root, { 'app.py': APP, '.jlserve-build-complete': '{}', 'data.bin': '' });
    await expect(plan(root, { targetOptions: { extractCache: root } })).rejects.toMatchObject({
      code: 'JLSERVE_CACHE_DIR',
      hint: expect.stringContaining('--extract-cache') as unknown,
    });
    const seen = await plan(root, { environment: { JLSERVE_CACHE_DIR: root } });
    expect(seen).toMatchObject({ files: ['app.py', 'data.bin'], warnings: ['JLSERVE_CACHE_DIR'] });
  });
});

test('an archive of a Flash app beside its code is not in the next one', async () => {
  const root = temporaryFolder();
  const text =
    'from runpod_flash import Endpoint\n@Endpoint(name="a", cpu="cpu3c-1-2")\nasync def a(data: dict) -> dict:\n    return data\n';
  await writeFiles(root, { 'app.py': text, 'out/archive.bin': TAR, 'mine.bin': 'mine' });
  const seen = await plan(root, { target: 'flash', output: join(root, 'out/archive.bin') });
  expect(seen.files).toEqual(['app.py', 'mine.bin']);
  expect(seen.leftOut).toEqual(['out/archive.bin is left out: this build writes it']);
  const other = await plan(root, { target: 'flash', output: join(root, 'mine.bin') });
  expect(other.files).toEqual(['app.py', 'mine.bin', 'out/archive.bin']);
});
