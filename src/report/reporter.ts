import type { EventSink } from '../events.ts';
import type { OvenbirdError } from '../errors.ts';

/** Shows a build while it runs. Humans read stderr; stdout is for data. */
export interface Reporter {
  readonly onEvent: EventSink;
  /** Stops redrawing and leaves the screen so that lines can follow. May be called twice. */
  close(): void;
  /** Shows the error that ended the run; absent where the usual rendering is right. */
  readonly onError?: (error: OvenbirdError) => void;
  /** False: no summary at the end (a machine reads, or nothing was wanted). */
  readonly summary: boolean;
}

/** What a reporter writes to: `process.stderr`, or a stand-in of a test. */
export interface ReportStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export interface ReporterOptions {
  readonly stream: ReportStream;
  readonly color: boolean;
}
