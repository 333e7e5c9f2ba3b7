import { problem, type OvenbirdError } from '../errors.ts';
import { reportIn } from './reported.ts';

const SHOWN_LINES = 20;

/** What a program that checked an image printed. */
export interface CheckResult {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A check that failed, in words: what our program reported, or else its last lines. */
export function explainCheck(title: string, { exitStatus, stdout, stderr }: CheckResult): OvenbirdError {
  const lines = [...stdout.split('\n'), ...stderr.split('\n')].filter((line) => line !== '');
  return (
    reportIn(lines) ??
    problem('STEP_FAILED', `the check "${title}" failed (exit status ${exitStatus})`, {
      detail: lines.slice(-SHOWN_LINES).join('\n'),
      hint: 'read its last lines above',
    })
  );
}
