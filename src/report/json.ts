import { errorDocument } from './error-document.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** Version of the documents and events that machines read. */
export const REPORT_SCHEMA = 1;

/** One JSON event a line. Every line of stderr parses, also the error that ends a run. */
export function createJsonReporter({ stream }: ReporterOptions): Reporter {
  const write = (document: object) => {
    stream.write(`${JSON.stringify({ schema: REPORT_SCHEMA, ...document })}\n`);
  };
  return {
    onEvent: write,
    close: () => undefined,
    onError: (error) => write({ type: 'error', ...errorDocument(error).error }),
    summary: false,
  };
}
