import { describe, expect, test } from 'vitest';
import { commandOf, judge, outcomeOf } from '../../../src/targets/pyinstaller/judge.ts';
import type { SmokeResult } from '../../../src/targets/pyinstaller/report.ts';
import { smokeOf } from '../../../src/targets/pyinstaller/smoke.ts';

const RAN: SmokeResult = {
  program: 'app',
  reason: 'exited',
  status: 0,
  milliseconds: 100,
  http: '',
  stdout: '',
  stderr: '',
};
const USUAL = smokeOf({});
const ASKED = smokeOf({ smoke: ['--json', 'a b'] });
const SERVER = smokeOf({ smokeHttp: '/health' });

describe('a run says of the executable', () => {
  test.each([
    ['the usual one ends well', USUAL, {}, 'fine'],
    ['the usual one is not understood', USUAL, { status: 2, stderr: 'unrecognized: --help' }, 'doubtful'],
    ['the usual one never ends', USUAL, { reason: 'timeout', status: undefined }, 'doubtful'],
    [
      'a module is missing',
      USUAL,
      { status: 1, stderr: "ModuleNotFoundError: No module named 'a'" },
      'failed',
    ],
    ['the bootloader gives up', USUAL, { status: 255, stderr: '[PYI-3:ERROR] Could not load' }, 'failed'],
    ['what was asked ends well', ASKED, {}, 'fine'],
    ['what was asked fails', ASKED, { status: 3 }, 'failed'],
    ['what was asked never ends', ASKED, { reason: 'timeout', status: undefined }, 'failed'],
    ['a server answers', SERVER, { reason: 'answered', status: undefined, http: 'HTTP/1.1 200 OK' }, 'fine'],
    ['a server ends', SERVER, { status: 0 }, 'failed'],
    ['a server says 500', SERVER, { reason: 'timeout', http: 'HTTP/1.1 500 Oops' }, 'failed'],
  ] as const)('%s', (_what, smoke, result, verdict) => {
    expect(judge(smoke, { ...RAN, ...result })).toBe(verdict);
  });
});

test('what happened, in words', () => {
  const timeout = { ...RAN, reason: 'timeout', status: undefined } as const;
  expect(outcomeOf(ASKED, { ...RAN, status: 3 })).toBe('ended with status 3');
  expect(outcomeOf(ASKED, { ...RAN, status: 139 })).toBe('ended by signal 11');
  expect(outcomeOf(ASKED, { ...RAN, status: 255 })).toBe('ended with status 255');
  expect(outcomeOf(ASKED, { ...RAN, program: 'app.exe', status: 139 })).toBe('ended with status 139');
  expect(outcomeOf(ASKED, timeout)).toBe('had not ended after 30 s');
  expect(outcomeOf(SERVER, timeout)).toBe('gave no answer within 30 s');
  expect(outcomeOf(SERVER, { ...timeout, http: 'HTTP/1.1 500 Oops' })).toBe(
    'gave the answer "HTTP/1.1 500 Oops" within 30 s',
  );
  expect(outcomeOf(SERVER, { ...RAN, status: 1 })).toBe('ended with status 1 before it answered');
});

test('the command, as one would type it', () => {
  expect(commandOf(ASKED, 'app')).toBe("app --json 'a b'");
  expect(commandOf(SERVER, 'app')).toBe('app, then GET /health');
});
