import { createLogUpdate } from 'log-update';
import type { BuildEvent } from '../events.ts';
import { printable, printableLog } from './escape.ts';
import { drawFrame } from './frame.ts';
import { formatWarning } from './phrases.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';
import { RunningSteps } from './steps.ts';
import { makeStyle } from './style.ts';
import { formatBytes, formatDuration } from './units.ts';
import { fit } from './width.ts';

/** Often enough to look alive, seldom enough to cost nothing. */
const REDRAW_MS = 100;
/** Of a failed step's words; the error repeats more of them below. */
const KEPT_LINES = 4;

/** Redraws what runs at the bottom; what is finished scrolls up and stays. */
export function createTtyReporter({ stream, color }: ReporterOptions): Reporter {
  const style = makeStyle(color);
  const running = new RunningSteps(KEPT_LINES);
  const started = Date.now();
  // log-update asks for a whole stream and uses what ReportStream has.
  const log = createLogUpdate(stream as NodeJS.WritableStream);
  let closed = false;

  const columns = () => stream.columns ?? 80;
  const keep = (text: string) => log.persist(text);
  const line = (mark: string, text: string, tail = '') => {
    const room = columns() - 2 - (tail === '' ? 0 : tail.length + 1);
    keep(`${mark} ${fit(text, room)}${tail === '' ? '' : ` ${style.dim(tail)}`}`);
  };

  const draw = () => {
    if (closed) return;
    const size = { columns: columns(), rows: stream.rows ?? 24 };
    log(drawFrame({ steps: running.all, now: Date.now(), started, style, ...size }));
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();

  const show = (event: BuildEvent): void => {
    switch (event.type) {
      case 'step-finished':
        return finished(event);
      case 'warning':
        return formatWarning(event).forEach((text, index) =>
          keep(index === 0 ? `${style.yellow('!')} ${text}` : `  ${style.dim(text)}`),
        );
      case 'note':
        // A decision is read whole, also on a narrow terminal: it may wrap.
        return keep(`${style.cyan('•')} ${printable(event.message)}`);
      case 'artifact':
        return line(style.green('✓'), printable(event.path), formatBytes(event.bytes));
      case 'step-started':
      case 'log':
      case 'progress':
        return;
      default:
        return void (event satisfies never);
    }
  };

  function finished(event: Extract<BuildEvent, { type: 'step-finished' }>): void {
    const title = printable(event.title);
    if (event.error === undefined) {
      const tail = event.cached ? 'cached' : formatDuration(event.durationMs);
      return line(style.green('✓'), title, tail);
    }
    line(style.red('✗'), title, formatDuration(event.durationMs));
    keep(`  ${fit(printableLog(event.error), columns() - 2)}`);
  }

  return {
    onEvent: (event) => {
      if (closed) return;
      running.apply(event, Date.now());
      show(event);
      if (event.type !== 'log' && event.type !== 'progress') draw();
    },
    close: () => {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      log.clear();
      log.done();
    },
    summary: true,
  };
}
