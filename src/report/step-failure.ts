import type { Problem } from '../errors.ts';
import type { StepFailure } from '../providers/provider.ts';
import { printable, printableLog } from './escape.ts';

/** Lines of the Dockerfile shown above and below those of the failing step. */
const AROUND = 2;
const LAST_LINES = 20;

export interface StepFailureQuestion {
  readonly failure: StepFailure;
  /** Text of the Dockerfile, where it is at hand. */
  readonly dockerfile?: string;
}

/** What is shown of a failed step that nobody could explain better: its last words and its place. */
export function stepFailureProblem({ failure, dockerfile }: StepFailureQuestion): Problem {
  const status = failure.exitStatus === undefined ? '' : ` (exit status ${failure.exitStatus})`;
  return {
    code: 'STEP_FAILED',
    message: `the step "${failure.title}" failed${status}`,
    hint: 'the lines above come from the step; `ovenbird dockerfile` prints the whole Dockerfile',
    detail: stepFailureDetail({ failure, ...(dockerfile === undefined ? {} : { dockerfile }) }),
  };
}

/** The step's last lines and the Dockerfile's, as text of several lines. */
export function stepFailureDetail({ failure, dockerfile }: StepFailureQuestion): string {
  const words = failure.lines.slice(-LAST_LINES).map((line) => `| ${printableLog(line)}`);
  if (words.length === 0) words.push(`| ${printableLog(failure.message)}`);
  if (failure.dockerfileLines === undefined) return words.join('\n');
  const { first, last } = failure.dockerfileLines;
  const excerpt = dockerfile === undefined ? [] : dockerfileExcerpt({ dockerfile, first, last });
  const place = first === last ? `line ${first}` : `lines ${first}–${last}`;
  return [...words, '', `Dockerfile, ${place}:`, ...excerpt].join('\n');
}

/** A few numbered lines; those of the step are marked with `>`. */
export function dockerfileExcerpt(options: {
  readonly dockerfile: string;
  readonly first: number;
  readonly last: number;
}): string[] {
  const lines = options.dockerfile.split('\n');
  const from = Math.max(1, options.first - AROUND);
  const to = Math.min(lines.length, options.last + AROUND);
  const digits = String(to).length;
  return lines.slice(from - 1, to).map((line, index) => {
    const number = from + index;
    const mark = number >= options.first && number <= options.last ? '>' : ' ';
    return `${mark} ${String(number).padStart(digits)} | ${printable(line)}`.trimEnd();
  });
}
