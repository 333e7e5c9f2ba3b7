import type { BuildEvent } from '../events.ts';
import { printable, printableLog } from './escape.ts';
import { formatProgress, formatWarning } from './phrases.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { makeStyle } from './style.ts';
import { formatBytes, formatDuration } from './units.ts';

/** A step's progress is said this often at most: a log is read afterwards. */
const PROGRESS_EVERY_MS = 5000;

/**
 * Lines for CI and log files. Steps run side by side, so each line carries its step's
 * number: `[3] install 14 packages…`, `[3] | words of the step`, `[3] done in 12.3 s`.
 */
export function createPlainReporter({ stream, color }: ReporterOptions): Reporter {
  const style = makeStyle(color);
  const numbers = new Map<string, number>();
  const lastProgress = new Map<string, number>();

  const write = (line: string) => void stream.write(`${line}\n`);
  const tag = (step: string) => {
    const number = numbers.get(step) ?? numbers.size + 1;
    numbers.set(step, number);
    return style.dim(`[${number}]`);
  };

  const onEvent = (event: BuildEvent): void => {
    switch (event.type) {
      case 'step-started':
        return write(`${tag(event.step)} ${style.bold(printable(event.title))}`);
      case 'log':
        return write(`${tag(event.step)} | ${printableLog(event.text)}`);
      case 'progress': {
        const now = performance.now();
        if (now - (lastProgress.get(event.step) ?? 0) < PROGRESS_EVERY_MS) return;
        lastProgress.set(event.step, now);
        return write(`${tag(event.step)} ${formatProgress(event)}`);
      }
      case 'step-finished': {
        // A cached step never started: its title has not been said.
        const title = numbers.has(event.step) ? '' : `${style.bold(printable(event.title))}: `;
        return write(`${tag(event.step)} ${title}${ending(event)}`);
      }
      case 'warning': {
        const [first, ...rest] = formatWarning(event);
        write(`${style.yellow('warning:')} ${first}`);
        return rest.forEach(write);
      }
      case 'note':
        return write(printable(event.message));
      case 'artifact':
        return write(`${printable(event.path)} (${formatBytes(event.bytes)}, ${printable(event.digest)})`);
      default:
        return void (event satisfies never);
    }
  };

  function ending(event: Extract<BuildEvent, { type: 'step-finished' }>): string {
    if (event.error !== undefined) return style.red(`failed: ${printable(event.error)}`);
    return event.cached ? 'cached' : `done in ${formatDuration(event.durationMs)}`;
  }

  return { onEvent, close: () => undefined, summary: true };
}
