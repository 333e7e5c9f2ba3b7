import type { Location } from '../errors.ts';
import type { StepProgress, Warning } from '../events.ts';
import { printable } from './escape.ts';
import { formatBytes } from './units.ts';

/** `app.py:12:4`, safe to print. */
export function formatLocation({ file, line, column }: Location): string {
  const numbers = [line, column].filter((number) => number !== undefined);
  return [printable(file), ...numbers].join(':');
}

/** `context 12.0 MB of 300.0 MB`. */
export function formatProgress({ label, current, total }: StepProgress): string {
  const name = label === '' ? '' : `${printable(label)} `;
  return total ? `${name}${formatBytes(current)} of ${formatBytes(total)}` : `${name}${formatBytes(current)}`;
}

/** A warning as lines: what, where, and what to type. */
export function formatWarning(warning: Omit<Warning, 'type'>): string[] {
  const place = warning.location ? `${formatLocation(warning.location)}: ` : '';
  const lines = [`${place}${printable(warning.message)} [${printable(warning.code)}]`];
  if (warning.hint !== undefined) lines.push(`  → ${printable(warning.hint)}`);
  return lines;
}
