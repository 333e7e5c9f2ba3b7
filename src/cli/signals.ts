import { EXIT } from '../errors.ts';

/** Ctrl-C, `kill`, and a terminal that went away: all of them end a build in the same way. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to whoever had them. */
  end(): void;
}

export interface ListenOptions {
  /** Says to the user that stopping has begun. */
  readonly onFirst: (message: string) => void;
  /** Ends the process at once. */
  readonly exit: (status: number) => void;
}

/**
 * The first signal asks the build to stop, so that the engine's step ends and nothing half
 * done stays; the second ends the process where it stands.
 */
export function listenForSignals({ onFirst, exit }: ListenOptions): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) return exit(EXIT.interrupted);
    controller.abort();
    onFirst('stopping… (once more to leave at once)');
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    end: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
