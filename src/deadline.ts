import { problem, type OvenbirdError } from './errors.ts';

export interface DeadlineOptions {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/** The one signal of a build: the caller's, or the time limit, whichever comes first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** After an abort: whatever was thrown on the way is only its echo. */
  reason(): OvenbirdError | undefined;
  /** Ends the clock, which would keep the process alive. */
  end(): void;
}

export function startDeadline(options: DeadlineOptions): Deadline {
  const clock = new AbortController();
  const { timeoutMs } = options;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => clock.abort(), timeoutMs);
  const caller = options.signal;
  return {
    signal: caller ? AbortSignal.any([caller, clock.signal]) : clock.signal,
    reason: () => {
      if (clock.signal.aborted) {
        return problem(
          'BUILD_TIMEOUT',
          `the build took longer than ${(timeoutMs ?? 0) / 1000} s and was stopped`,
          {
            hint: 'run it again, with more time: --timeout 30m',
          },
        );
      }
      return caller?.aborted ? problem('INTERRUPTED', 'the build was stopped') : undefined;
    },
    end: () => clearTimeout(timer),
  };
}
