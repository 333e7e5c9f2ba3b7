import type { Location, OvenbirdError, Problem } from '../errors.ts';

/** An error as machines read it: the first problem flat, and all of them as a list. */
export interface ErrorDocument {
  readonly schema: 1;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
    readonly location: Location | null;
    /** The same command may well work a moment later. */
    readonly transient: boolean;
    readonly exitCode: number;
    readonly problems: readonly Problem[];
  };
}

export function errorDocument(error: OvenbirdError): ErrorDocument {
  return {
    schema: 1,
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
      location: error.location ?? null,
      transient: error.transient,
      exitCode: error.exitCode,
      problems: error.problems,
    },
  };
}
