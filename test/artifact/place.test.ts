import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkReplaceable, place } from '../../src/artifact/place.ts';
import { withStaging } from '../../src/artifact/staging.ts';
import { temporaryFolder } from '../temporary.ts';

function destination() {
  const root = temporaryFolder();
  const folder = join(root, '.flash');
  return { root, folder, artifact: join(folder, 'artifact.tar.gz') };
}

test('results appear in their places and the staging folder is gone', async () => {
  const { folder, artifact } = destination();
  mkdirSync(folder);
  writeFileSync(artifact, 'old');
  mkdirSync(join(folder, '.build'));
  writeFileSync(join(folder, '.build', 'stale'), '');
  await withStaging({ folder, artifact }, async (staging) => {
    writeFileSync(join(staging, 'a'), 'new');
    mkdirSync(join(staging, 'build'));
    writeFileSync(join(staging, 'build', 'fresh'), '');
    await place(
      [
        { from: join(staging, 'build'), to: join(folder, '.build') },
        { from: join(staging, 'a'), to: artifact },
      ],
      staging,
    );
  });
  expect(readFileSync(artifact, 'utf8')).toBe('new');
  expect(readdirSync(join(folder, '.build'))).toEqual(['fresh']);
  expect(readdirSync(folder).sort()).toEqual(['.build', 'artifact.tar.gz']);
});

test('a failure leaves the old artifact and nothing else', async () => {
  const { folder, artifact } = destination();
  mkdirSync(folder);
  writeFileSync(artifact, 'old');
  await expect(
    withStaging({ folder, artifact }, async (staging) => {
      writeFileSync(join(staging, 'half'), 'x');
      throw new Error('stopped');
    }),
  ).rejects.toThrow('stopped');
  expect(readFileSync(artifact, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['artifact.tar.gz']);
});

test('what a killed build left is swept, a running one is not', async () => {
  const { folder, artifact } = destination();
  mkdirSync(join(folder, '.staging-999999999-abc'), { recursive: true });
  mkdirSync(join(folder, `.staging-${process.pid}-abc`));
  await withStaging({ folder, artifact }, async () => undefined);
  expect(readdirSync(folder)).toEqual([`.staging-${process.pid}-abc`]);
});

test('a file where the output folder should be is named', async () => {
  const { folder, artifact } = destination();
  writeFileSync(folder, 'I am a file');
  await expect(withStaging({ folder, artifact }, async () => undefined)).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    exitCode: 1,
    message: expect.stringContaining('.flash'),
    hint: expect.stringContaining('chown'),
  });
});

test('only an earlier archive is replaced', async () => {
  const root = temporaryFolder();
  const at = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(root, name), bytes);
    return join(root, name);
  };
  await checkReplaceable(join(root, 'none'));
  await checkReplaceable(at('archive', Buffer.from([0x1f, 0x8b, 8, 0])));
  await checkReplaceable(at('empty', ''));
  await expect(checkReplaceable(at('main.py', 'print()'))).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
  await expect(checkReplaceable(root)).rejects.toMatchObject({ code: 'OUTPUT_UNSAFE' });
  expect(existsSync(join(root, 'main.py'))).toBe(true);
});
