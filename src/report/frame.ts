import { printable, printableLog } from './escape.ts';
import { formatProgress } from './phrases.ts';
import type { RunningStep } from './steps.ts';
import type { Style } from './style.ts';
import { formatDuration } from './units.ts';
import { displayWidth, fit } from './width.ts';

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SPIN_MS = 100;

export interface FrameOptions {
  readonly steps: readonly RunningStep[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly started: number;
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
}

/**
 * The part of the screen that is redrawn: a line a running step and its last words.
 * Lines are cut, never wrapped, and never more of them than the screen has: what scrolls
 * away cannot be redrawn.
 */
export function drawFrame(options: FrameOptions): string {
  const { steps, now, started, style } = options;
  // The last column stays free: some terminals wrap when it is filled.
  const width = Math.max(1, options.columns - 1);
  const room = Math.max(1, options.rows - 2);
  const spin = SPINNER[Math.floor((now - started) / SPIN_MS) % SPINNER.length] ?? '';
  const shown = steps.length > room ? steps.slice(0, room - 1) : steps;

  // Titles come first; what room is left goes to the words of the steps, fairly.
  const perStep = shown.length === 0 ? 0 : Math.floor((room - shown.length) / shown.length);
  const lines = shown.flatMap((step) => [
    titleLine(step, { now, spin, width, style }),
    ...words(step, perStep).map((text) => style.dim(fit(`    ${text}`, width))),
  ]);
  if (shown.length < steps.length) {
    lines.push(style.dim(fit(`  … and ${steps.length - shown.length} more`, width)));
  }
  return lines.join('\n');
}

function titleLine(
  step: RunningStep,
  options: { now: number; spin: string; width: number; style: Style },
): string {
  const { now, spin, width, style } = options;
  const elapsed = formatDuration(now - step.startedAt);
  const progress = step.progress === undefined ? '' : `${formatProgress(step.progress)}  `;
  const full = `${progress}${elapsed}`;
  // On a narrow terminal the title matters more than the numbers.
  const tail = width - displayWidth(full) >= 24 ? full : elapsed;
  const titleRoom = width - displayWidth(tail) - 3;
  if (titleRoom < 4) return fit(`${spin} ${printable(step.title)}`, width);
  return `${style.cyan(spin)} ${fit(printable(step.title), titleRoom)} ${style.dim(tail)}`;
}

function words(step: RunningStep, limit: number): string[] {
  return limit <= 0 ? [] : step.lines.slice(-limit).map(printableLog);
}
