import type { Warning } from '../../events.ts';
import { formatWarning } from '../../report/phrases.ts';
import type { CliContext } from '../context.ts';
import { flag, text, type ParsedArguments } from '../parsed-arguments.ts';

export type StepWarning = Omit<Warning, 'type'>;

/** How a build without a container speaks: jlserve's own words on stdout, unless that is for data. */
export interface Voice {
  /** A line for people. */
  say(line: string): void;
  warn(warning: StepWarning): void;
  /** All of them, for the result. */
  readonly warnings: readonly StepWarning[];
  /** Where programs that we start print: as a file descriptor. */
  readonly stdout: 'ignore' | 1 | 2;
  /** Whether what they say on stderr is shown. */
  readonly shown: boolean;
}

export function makeVoice(args: ParsedArguments, { stdout, stderr }: CliContext): Voice {
  const quiet = text(args, 'progress') === 'quiet';
  const data = flag(args, 'json');
  const warnings: StepWarning[] = [];
  return {
    say: (line) => {
      if (!quiet) (data ? stderr : stdout).write(`${line}\n`);
    },
    warn: (warning) => {
      warnings.push(warning);
      if (!quiet) stderr.write(`warning: ${formatWarning(warning).join('\n')}\n`);
    },
    warnings,
    stdout: quiet ? 'ignore' : data ? 2 : 1,
    shown: !quiet,
  };
}
