import { problem, type OvenbirdError } from '../errors.ts';
import type { StepFailure } from './step-failure.ts';
import { reportedByStep, type FindLine } from './reported.ts';

const SHOWN_LINES = 20;
const CONTEXT_LINES = 2;

/**
 * A failed step in words: what its script reported, or else its last lines together with the
 * lines of the Dockerfile that it stands in.
 */
export function explainStep(
  failure: StepFailure,
  { dockerfile, findLine }: { readonly dockerfile: string; readonly findLine?: FindLine },
): OvenbirdError {
  const reported = reportedByStep(failure, findLine);
  if (reported) return reported;
  const status = failure.exitStatus === undefined ? '' : ` (exit status ${failure.exitStatus})`;
  return problem('STEP_FAILED', `the step "${failure.title}" failed${status}`, {
    detail: [...failure.lines.slice(-SHOWN_LINES), ...excerpt(failure, dockerfile)].join('\n'),
    hint: 'read its last lines above; --progress plain shows all of them',
    cause: failure,
  });
}

function excerpt(failure: StepFailure, dockerfile: string): readonly string[] {
  const range = failure.dockerfileLines;
  if (!range) return [];
  const lines = dockerfile.split('\n');
  const first = Math.max(1, range.first - CONTEXT_LINES);
  const last = Math.min(lines.length, range.last + CONTEXT_LINES);
  const shown = ['', `Dockerfile:${range.first}`];
  for (let number = first; number <= last; number += 1) {
    const mark = number >= range.first && number <= range.last ? '>>>' : '   ';
    shown.push(`${mark} ${String(number).padStart(3)} | ${lines[number - 1] ?? ''}`);
  }
  return shown;
}
