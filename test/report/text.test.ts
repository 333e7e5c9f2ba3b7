import { describe, expect, test } from 'vitest';
import { printable, printableLines, printableLog } from '../../src/report/escape.ts';
import { resolveProgress, type ProgressKind } from '../../src/report/choose.ts';
import { wantsColor } from '../../src/report/style.ts';
import { count, formatBytes, formatDuration } from '../../src/report/units.ts';
import { displayWidth, fit, padTo } from '../../src/report/width.ts';

describe('what comes from outside cannot steer a terminal', () => {
  test.each([
    ['a\u001b[2Jb', 'a\\x1b[2Jb'],
    ['a\u009b2Jb', 'a\\x9b2Jb'],
    ['title\u0007', 'title\\x07'],
    ['a\r\nb', 'a\\r\\nb'],
    ['gpj.\u202eexe', 'gpj.\\u202eexe'],
    ['日本語 é 🙂', '日本語 é 🙂'],
  ])('%j → %j', (text, safe) => {
    expect(printable(text)).toBe(safe);
  });

  test('lines stay lines', () => {
    expect(printableLines('a\tb\r\n\u001bc')).toEqual(['a    b', '\\x1bc']);
  });

  test("a program's colours go, of a redrawn line the last state stays", () => {
    expect(printableLog('\u001b[32mok\u001b[0m')).toBe('ok');
    expect(printableLog('10%\r 50%\r100%\r')).toBe('100%');
    expect(printableLog('\u001b]0;title\u0007text')).not.toContain('\u001b');
  });
});

describe('units', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_960, '1.0 MB'],
    [45_200_000, '45.2 MB'],
    [2.7e9, '2.7 GB'],
  ])('%d bytes → %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [0, '0.0 s'],
    [940, '0.9 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [125_000, '2 min 05 s'],
    [3_725_000, '1 h 02 min'],
  ])('%d ms → %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('counting', () => {
    expect([count(1, 'step'), count(2, 'step')]).toEqual(['1 step', '2 steps']);
  });
});

describe('width', () => {
  test.each([
    ['hello', 5, 'hello'],
    ['hello', 4, 'hel…'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['e\u0301te\u0301', 3, 'e\u0301te\u0301'],
    ['👩‍👩‍👧x', 2, '…'],
    ['abc', 0, ''],
  ])('%s in %d columns', (text, columns, expected) => {
    expect(fit(text, columns)).toBe(expected);
    expect(displayWidth(fit(text, columns))).toBeLessThanOrEqual(columns);
  });

  test('filling up counts wide characters twice', () => {
    expect(padTo('日本', 6)).toBe('日本  ');
  });
});

describe('which renderer', () => {
  const tty = { write: () => true, isTTY: true };
  const pipe = { write: () => true };
  test.each<[ProgressKind, object, boolean, string]>([
    ['auto', {}, true, 'tty'],
    ['auto', {}, false, 'plain'],
    ['auto', { CI: 'true' }, true, 'plain'],
    ['auto', { CI: 'woodpecker' }, true, 'plain'],
    ['auto', { CI: 'false' }, true, 'tty'],
    ['auto', { TERM: 'dumb' }, true, 'plain'],
    ['tty', { CI: 'true' }, false, 'tty'],
    ['json', {}, true, 'json'],
    ['quiet', {}, true, 'quiet'],
  ])('%s with %j, terminal %s → %s', (progress, env, isTTY, kind) => {
    expect(
      resolveProgress({ progress, env: env as Record<string, string>, stream: isTTY ? tty : pipe }),
    ).toBe(kind);
  });

  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('colour with %j on a terminal %s: %s', (env, isTTY, wanted) => {
    expect(wantsColor({ env, isTTY })).toBe(wanted);
  });
});
