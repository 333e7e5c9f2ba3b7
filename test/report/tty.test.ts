import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));

async function play(size: readonly number[], env: Record<string, string> = {}): Promise<string> {
  const argv = [
    join(HERE, 'screen.py'),
    ...size.map(String),
    '--',
    process.execPath,
    join(HERE, 'tty-play.ts'),
  ];
  const { stdout } = await execa('python3', argv, {
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', ...env },
  });
  return stdout;
}

test('on a terminal what is finished stays, what ran is gone', async () => {
  expect(await play([60, 20])).toBe(
    [
      '✓ prepare uv cached',
      '✓ install 14 packages for Python 3.12 0.5 s',
      '✗ 全部の日本語の名前を持つとても長いステップ 0.3 s',
      '  exit status 1',
      'the end',
      'cursor shown: True',
      'spinner frames: True',
      'words of the step: True',
    ].join('\n'),
  );
});

test('on a narrow one lines are cut, never wrapped', async () => {
  expect(await play([24, 6])).toContain(
    '✓ install 14 pack… 0.5 s\n✗ 全部の日本語の… 0.3 s\n  exit status 1\nthe end',
  );
});

test('NO_COLOR takes the colours, CI the redrawing', async () => {
  const plain = await play([60, 20], { CI: 'true', NO_COLOR: '1' });
  expect(plain).toContain('[1] install 14 packages for Python 3.12\n[1] | fetching wheel number 0');
  expect(plain).toContain('spinner frames: False');
});

test('a terminal that gets wider while a step runs', async () => {
  const screen = await play([60, 20, 90]);
  expect(screen).toContain('✓ prepare uv cached\n✓ install 14 packages for Python 3.12 0.5 s\n');
  expect(screen).not.toContain('unexpected');
});
