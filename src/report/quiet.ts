import type { Reporter } from './reporter.ts';

/** Shows nothing while it works; an error is still printed by the command line. */
export function createQuietReporter(): Reporter {
  return { onEvent: () => undefined, close: () => undefined, summary: false };
}
