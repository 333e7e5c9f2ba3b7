import type { buildProject } from '../build.ts';
import type { renderPlan } from '../dockerfile/render-plan.ts';
import type { detectTarget, planProject } from '../plan-project.ts';
import type { ReportStream } from '../report/reporter.ts';
import type { Interruption } from './signals.ts';

/** The names that our command line answers to. */
export const PROGRAMS = ['ovenbird', 'flash', 'jlserve', 'fazt'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** What a command gets from outside: the process, and the library behind a door. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: ReportStream;
  readonly stderr: ReportStream;
  /** Starts to listen for Ctrl-C and its kin; `onFirst` may show something. */
  readonly listenForSignals: (onFirst: (message: string) => void) => Interruption;
  /** Loads the builder; commands that build nothing never pay for it. */
  readonly loadBuilder: () => Promise<Builder>;
}

/** The part of the library that the command line drives. */
export interface Builder {
  readonly buildProject: typeof buildProject;
  readonly planProject: typeof planProject;
  readonly detectTarget: typeof detectTarget;
  readonly renderPlan: typeof renderPlan;
}
