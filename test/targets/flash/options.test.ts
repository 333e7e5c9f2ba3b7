import { expect, test } from 'vitest';
import type { OvenbirdError } from '../../../src/errors.ts';
import { parseFlashOptions } from '../../../src/targets/flash/options.ts';

test.each([
  [undefined, 1_572_864_000],
  ['500MB', 500_000_000],
  ['1.5GB', 1_500_000_000],
  ['1500 MiB', 1_572_864_000],
  ['2000', 2000],
  ['1gib', 1_073_741_824],
  [77, 77],
])('--max-size %s is %s bytes', (maxSize, bytes) => {
  expect(parseFlashOptions(maxSize === undefined ? {} : { maxSize }).maxSize).toBe(bytes);
});

function problems(options: object): string[] {
  try {
    parseFlashOptions(options);
  } catch (error) {
    return (error as OvenbirdError).problems.map(
      ({ code, message, hint }) => `${code}: ${message} → ${hint}`,
    );
  }
  return [];
}

test.each(['', '0', 'big', '5 TB', '-1MB', '1e3', '1.2.3GB'])('--max-size %j is none', (maxSize) => {
  const [problem, ...others] = problems({ maxSize });
  expect(others).toEqual([]);
  expect(problem).toMatch(
    /^USAGE: --max-size: .*is no size: 500MB, 1\.5GB, 1400MiB → for example: --max-size 500MB$/,
  );
});

test('--include names what is left out by itself, and is not --exclude', () => {
  expect(problems({ include: ['Torch', 'triton'] })).toEqual([]);
  expect(problems({ include: ['torch', 'scipy'], exclude: ['Torch'] })).toEqual([
    'USAGE: torch is named by --include and by --exclude → name it once',
    'USAGE: --include: scipy is not left out by itself → only these are: torch, torchaudio, torchvision, triton; name others in requirements.txt',
  ]);
});
