import { wantsColor } from './style.ts';
import type { Reporter, ReportStream } from './reporter.ts';

export const PROGRESS_KINDS = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;
export type ProgressKind = (typeof PROGRESS_KINDS)[number];

export interface ChooseOptions {
  readonly progress: ProgressKind;
  readonly stream: ReportStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Makes the reporter that was asked for. Each is loaded alone: a terminal's is the heavy one. */
export async function chooseReporter(options: ChooseOptions): Promise<Reporter> {
  const { stream } = options;
  const color = wantsColor({ env: options.env, isTTY: stream.isTTY === true });
  const kind = resolveProgress(options);
  switch (kind) {
    case 'tty':
      return (await import('./tty.ts')).createTtyReporter({ stream, color });
    case 'plain':
      return (await import('./plain.ts')).createPlainReporter({ stream, color });
    case 'json':
      return (await import('./json.ts')).createJsonReporter({ stream, color });
    case 'quiet':
      return (await import('./quiet.ts')).createQuietReporter();
    default:
      return kind satisfies never;
  }
}

/** `auto` redraws only where a person watches a terminal that can be redrawn. */
export function resolveProgress(options: ChooseOptions): Exclude<ProgressKind, 'auto'> {
  if (options.progress !== 'auto') return options.progress;
  const { env, stream } = options;
  const watched = stream.isTTY === true && !inCi(env) && env['TERM'] !== 'dumb';
  return watched ? 'tty' : 'plain';
}

/** `CI=true`, `CI=1`, `CI=woodpecker`…; `CI=false` and `CI=0` say no. */
function inCi(env: ChooseOptions['env']): boolean {
  const value = env['CI'];
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}
