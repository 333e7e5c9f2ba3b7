import type { EventSink } from '../events.ts';

/** Our scripts end a failing step with one line of this form; their other lines are for people. */
export const REPORT_MARK = 'ovenbird-error: ';

/** Keeps our scripts' reports out of the log that people see: they come back as the error. */
export function hidingReports(onEvent: EventSink): EventSink {
  return (event) => {
    if (event.type !== 'log' || !event.text.startsWith(REPORT_MARK)) onEvent(event);
  };
}

/**
 * A step of the Dockerfile failed. Providers throw it; the target explains it, since only
 * it knows its own scripts' words.
 */
export class StepFailure extends Error {
  /** Name of the Dockerfile's stage, e.g. `resolve`. */
  readonly stage: string | undefined;
  /** As shown to the user. */
  readonly title: string;
  /** The step's last lines of output, oldest first, masked. */
  readonly lines: readonly string[];
  /** Lines of the Dockerfile that the step stands in, counted from 1. */
  readonly dockerfileLines: { readonly first: number; readonly last: number } | undefined;
  readonly exitStatus: number | undefined;

  constructor(fields: {
    message: string;
    stage: string | undefined;
    title: string;
    lines: readonly string[];
    dockerfileLines: { first: number; last: number } | undefined;
    exitStatus: number | undefined;
  }) {
    super(fields.message);
    this.name = 'StepFailure';
    this.stage = fields.stage;
    this.title = fields.title;
    this.lines = fields.lines;
    this.dockerfileLines = fields.dockerfileLines;
    this.exitStatus = fields.exitStatus;
  }
}
