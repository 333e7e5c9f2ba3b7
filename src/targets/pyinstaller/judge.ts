import { failedAsFrozen } from './missing.ts';
import type { SmokeResult } from './report.ts';
import type { Smoke } from './smoke.ts';

/**
 * - `failed`: the executable is not right.
 * - `doubtful`: it started, and did something else than it was asked by default.
 */
export type Verdict = 'fine' | 'failed' | 'doubtful';

/** What a run says of the executable. */
export function judge(smoke: Smoke, result: SmokeResult): Verdict {
  if (smoke.http) return result.reason === 'answered' ? 'fine' : 'failed';
  if (result.reason === 'exited' && result.status === 0) return 'fine';
  if (smoke.asked) return 'failed';
  return failedAsFrozen(wordsOf(result)) ? 'failed' : 'doubtful';
}

/** All that a program said, errors last, with the line ends of this system. */
export function wordsOf({ stdout, stderr }: SmokeResult): string {
  return `${stdout}\n${stderr}`.replaceAll('\r\n', '\n');
}

/** As a person would type it. */
export function commandOf({ arguments: words, http }: Smoke, program: string): string {
  const command = [program, ...words].map(quoted).join(' ');
  return http ? `${command}, then GET ${http.path}` : command;
}

/** Windows has none. */
const LAST_SIGNAL = 64;

/** What it did instead of what it should have done. */
export function outcomeOf({ http, timeoutSeconds }: Smoke, result: SmokeResult): string {
  if (result.reason === 'timeout') {
    if (!http) return `had not ended after ${timeoutSeconds} s`;
    const answer = result.http === '' ? 'no answer' : `the answer "${result.http}"`;
    return `gave ${answer} within ${timeoutSeconds} s`;
  }
  const status = result.status ?? 0;
  const isSignal = status > 128 && status <= 128 + LAST_SIGNAL && !result.program.endsWith('.exe');
  const how = isSignal ? `by signal ${status - 128}` : `with status ${status}`;
  return http ? `ended ${how} before it answered` : `ended ${how}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
