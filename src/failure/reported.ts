import { z } from 'zod';
import { ERROR_CODES, OvenbirdError, type ErrorCode, type Problem } from '../errors.ts';
import { REPORT_MARK, type StepFailure } from './step-failure.ts';

/** A place in a file that the step ran rewritten, so that it does not know the user's line. */
const StatementSchema = z.object({ scope: z.string(), text: z.string(), nth: z.int().nonnegative() });

const LocationSchema = z.object({
  file: z.string(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
  statement: StatementSchema.optional(),
});

/** @returns the line in the user's own file, where it can be told */
export type FindLine = (file: string, statement: z.infer<typeof StatementSchema>) => number | undefined;

const StepErrorsSchema = z.object({
  errors: z
    .array(
      z.object({
        code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
        message: z.string(),
        hint: z.string().nullish(),
        detail: z.string().nullish(),
        location: LocationSchema.nullish(),
      }),
    )
    .min(1),
});

/** The problems that a step of ours reported, or undefined where it died without a word. */
export function reportedByStep(failure: StepFailure, findLine?: FindLine): OvenbirdError | undefined {
  return reportIn(failure.lines, { cause: failure, findLine });
}

/** The problems that a program of ours reported in one of its lines of output. */
export function reportIn(
  lines: readonly string[],
  { cause, findLine }: { readonly cause?: unknown; readonly findLine?: FindLine | undefined } = {},
): OvenbirdError | undefined {
  const line = lines.findLast((each) => each.startsWith(REPORT_MARK));
  if (line === undefined) return undefined;
  const parsed = StepErrorsSchema.safeParse(parseJson(line.slice(REPORT_MARK.length)));
  if (!parsed.success) return undefined;
  const [first, ...rest] = parsed.data.errors.map((error) => toProblem(error, findLine));
  return first && new OvenbirdError([first, ...rest], { cause });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toProblem(
  error: z.infer<typeof StepErrorsSchema>['errors'][number],
  findLine: FindLine | undefined,
): Problem {
  const { file, column, statement } = error.location ?? {};
  const line = error.location?.line ?? (file !== undefined && statement && findLine?.(file, statement));
  return {
    code: error.code,
    message: error.message,
    ...(error.hint ? { hint: error.hint } : {}),
    ...(error.detail ? { detail: error.detail } : {}),
    ...(file === undefined
      ? {}
      : { location: { file, ...(line ? { line } : {}), ...(column ? { column } : {}) } }),
  };
}
