import { toOvenbirdError, type OvenbirdError, type Problem } from '../errors.ts';
import { errorDocument } from '../report/error-document.ts';
import { printable, printableLines } from '../report/escape.ts';
import { formatLocation } from '../report/phrases.ts';
import { makeStyle, wantsColor, type Style } from '../report/style.ts';
import type { CliContext } from './context.ts';

/** `Error: what is wrong (file:line)`, as jlserve has it, or the place first. */
export type ErrorForm = 'ours' | 'jlserve';

export interface ShowErrorOptions {
  readonly thrown: unknown;
  readonly form?: ErrorForm;
  /** The command line: an error may come before it was understood. */
  readonly argv: readonly string[];
  readonly context: CliContext;
}

/** Shows what ended the run, in the form that was asked for. @returns the exit status */
export async function showError({ thrown, form = 'ours', argv, context }: ShowErrorOptions): Promise<number> {
  const error = toOvenbirdError(thrown);
  const { stdout, stderr, env } = context;
  if (wantsEvents(argv, env)) {
    const { createJsonReporter } = await import('../report/json.ts');
    createJsonReporter({ stream: stderr, color: false }).onError?.(error);
  } else {
    const style = makeStyle(wantsColor({ env, isTTY: stderr.isTTY === true }));
    stderr.write(renderError({ error, form, style, debug: env['OVENBIRD_DEBUG'] === '1' }));
  }
  if (wants(argv, 'json')) stdout.write(`${JSON.stringify(errorDocument(error))}\n`);
  return error.exitCode;
}

export interface RenderErrorOptions {
  readonly error: OvenbirdError;
  readonly form?: ErrorForm;
  readonly style: Style;
  /** Shows where in our code it came from. */
  readonly debug: boolean;
}

/**
 * Every problem as `file:line:column: message [CODE]`, its evidence indented and the way out
 * as `→ what to type`. Ends with a line break.
 */
export function renderError({ error, form = 'ours', style, debug }: RenderErrorOptions): string {
  const lines = error.problems.flatMap((each) => problemLines(each, form, style));
  if (debug) lines.push(...traceLines(error, style));
  return `${lines.join('\n')}\n`;
}

function problemLines(problem: Problem, form: ErrorForm, style: Style): string[] {
  const { code, message, hint, location, detail } = problem;
  const [first = '', ...more] = printableLines(message);
  const place = location && style.bold(formatLocation(location));
  const said =
    form === 'jlserve'
      ? `${style.red('Error:')} ${first}${place ? ` (${place})` : ''}`
      : `${style.red('✗')} ${place ? `${place}: ` : ''}${first}`;
  const lines = [`${said} ${style.dim(`[${code}]`)}`];
  lines.push(...more.map((line) => `  ${line}`));
  if (detail)
    lines.push(...printableLines(detail.trimEnd()).map((line) => style.dim(`    ${line}`.trimEnd())));
  if (hint) lines.push(`  ${style.cyan('→')} ${printable(hint)}`);
  return lines;
}

function traceLines(error: OvenbirdError, style: Style): string[] {
  const lines: string[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const prefix = current === error ? '' : 'caused by: ';
    lines.push(...printableLines(`${prefix}${current.stack ?? current.message}`).map(style.dim));
  }
  return lines;
}

/** Typed, or the setting of a build: the last line of its events tells the error. */
function wantsEvents(argv: readonly string[], env: CliContext['env']): boolean {
  if (wants(argv, 'progress', 'json')) return true;
  const isTyped = argv.some((each) => each === '--progress' || each.startsWith('--progress='));
  return env['OVENBIRD_PROGRESS'] === 'json' && argv.includes('build') && !isTyped;
}

/** `--json`, or `--progress json` and `--progress=json`, before any `--`. */
function wants(argv: readonly string[], option: string, value?: string): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  if (value === undefined) return own.includes(`--${option}`);
  return own.some(
    (each, index) => each === `--${option}=${value}` || (each === `--${option}` && own[index + 1] === value),
  );
}
