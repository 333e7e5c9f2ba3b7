import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { readOwnFile } from '../package-root.ts';
import { cacheFolder } from '../user-cache.ts';
import type { CliContext, ProgramName } from './context.ts';
import { resolveOwnModules } from './own-modules.ts';
import { listenForSignals } from './signals.ts';

/**
 * Runs one of our programs in this process and ends the process: the only place that knows
 * `process.argv` and `process.exit`.
 */
export async function start(program: ProgramName): Promise<void> {
  // Compiled code is kept from run to run: loading is half of what a short command takes.
  enableCompileCache(join(cacheFolder(), 'node'));
  resolveOwnModules();
  const argv = process.argv.slice(2);
  if (program === 'ovenbird' && argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${await ownVersion()}\n`);
    return;
  }
  ignoreClosedPipes();
  const { main } = await import('./main.ts');
  const status = await main({ program, argv, context: processContext() });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(status);
}

export async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readOwnFile('package.json')) as { version: string };
  return version;
}

function processContext(): CliContext {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    listenForSignals: (onFirst) => listenForSignals({ onFirst, exit: (status) => process.exit(status) }),
    loadBuilder: async () => {
      const [{ buildProject, detectTarget, planProject }, { renderPlan }] = await Promise.all([
        import('../build.ts'),
        import('../dockerfile/render-plan.ts'),
      ]);
      return { buildProject, detectTarget, planProject, renderPlan };
    },
  };
}

/**
 * `ovenbird plan | head` closes our output early, a terminal can go away: what cannot be shown
 * any more is no failure of the build.
 */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

/** Resolves once everything written has left the process (or never can). */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
