import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { problem } from '../../errors.ts';

export interface RunProgramOptions {
  /** Absolute. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Sent to us alone, so the program must be told. */
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs a program as if it had been started in our place: our terminal, its exit status, and
 * when a signal ends it, the same signal ends us.
 */
export async function runProgram({ path, argv, env }: RunProgramOptions): Promise<number> {
  const child = await startProgram({ path, argv, env });
  const stopPassing = passSignals(child);
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once('error', (cause) =>
        reject(
          problem('PROGRAM_NOT_FOUND', `${path} cannot be run: ${cause.message}`, {
            hint: `check it: ${path} --help`,
            cause,
          }),
        ),
      );
      child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    },
  ).finally(stopPassing);
  if (signal === null) return code ?? 1;
  // The shell that waits for us shall see what it would have seen without us.
  process.kill(process.pid, signal);
  return 128 + (constants.signals[signal] ?? 0);
}

async function startProgram({ path, argv, env }: RunProgramOptions): Promise<ChildProcess> {
  if (process.platform !== 'win32') return spawn(path, [...argv], { stdio: 'inherit', env });
  // A .cmd file is run by a shell; execa quotes for it.
  const { execa } = await import('execa');
  const running = execa(path, [...argv], { stdio: 'inherit', env, extendEnv: false, reject: false });
  return running as unknown as ChildProcess;
}

/** @returns a function that ends it */
function passSignals(child: ChildProcess): () => void {
  const handlers = new Map<NodeJS.Signals, () => void>();
  for (const signal of PASSED_ON) handlers.set(signal, () => void child.kill(signal));
  // Ctrl-C reaches every program at the terminal: a second one would mean "at once".
  const atTerminal = process.stdin.isTTY || process.stderr.isTTY;
  handlers.set('SIGINT', () => void (atTerminal || child.kill('SIGINT')));
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
