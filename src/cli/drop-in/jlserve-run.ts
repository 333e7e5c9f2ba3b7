import { spawn } from 'node:child_process';
import type { CliContext } from '../context.ts';
import type { Voice } from './jlserve-voice.ts';

/** What every program of a build without a container is started with. */
export interface Surroundings {
  readonly context: CliContext;
  readonly voice: Voice;
  /** Aborted by Ctrl-C or the time limit. */
  readonly signal: AbortSignal;
}

export interface RunOptions extends Surroundings {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env: CliContext['env'];
  /** Lines of stderr that are not for people. */
  readonly hides?: (line: string) => boolean;
  /** Gives it our own stderr, on which it may draw. Then no lines come back, unless all are quiet. */
  readonly draws?: boolean;
}

/** Lines that are kept; older ones are only shown. */
const KEPT_LINES = 50;

/** As long as a program may take to end when it is asked to. */
const GRACE_MS = 5000;

/**
 * Runs a program to its end. When the signal is aborted it is interrupted, so that it can end
 * what it has started.
 * @returns its exit status and its last lines of stderr
 * @throws the signal's reason; what `spawn` throws, as ENOENT
 */
export async function runHere(options: RunOptions): Promise<{ status: number | null; lines: string[] }> {
  const { program, argv, cwd, env, signal, voice, context, hides = () => false } = options;
  signal.throwIfAborted();
  const child = spawn(program, [...argv], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    stdio: ['ignore', voice.stdout, options.draws && voice.shown ? 2 : 'pipe'],
    // Ctrl-C reaches us alone: twice, it would cut short what the first one ends.
    detached: true,
  });
  const lines: string[] = [];
  const take = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    if (voice.shown && !signal.aborted && !hides(line)) context.stderr.write(`${line}\n`);
  };
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (data: string) => {
    const parts = (rest + data).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(take);
  });
  const interrupt = (): void => void child.kill('SIGINT');
  let impatient: NodeJS.Timeout | undefined;
  const stop = (): void => {
    interrupt();
    impatient = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  signal.addEventListener('abort', stop, { once: true });
  // A second Ctrl-C ends us at once, and nothing is to go on behind us.
  process.once('exit', interrupt);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve);
      child.once('error', reject);
    });
    signal.throwIfAborted();
    if (rest !== '') take(rest);
    return { status, lines };
  } finally {
    clearTimeout(impatient);
    signal.removeEventListener('abort', stop);
    process.off('exit', interrupt);
  }
}
