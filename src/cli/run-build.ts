import type { BuildOptions } from '../build-options.ts';
import { EXIT } from '../errors.ts';
import { chooseReporter, type ProgressKind } from '../report/choose.ts';
import { makeStyle, wantsColor } from '../report/style.ts';
import type { CliContext } from './context.ts';
import { flag, text, type ParsedArguments } from './parsed-arguments.ts';

export interface RunBuildOptions {
  readonly request: BuildOptions;
  readonly args: ParsedArguments;
  readonly context: CliContext;
}

/** Builds, shows how, and prints the result: for people on stderr, as a document on stdout. */
export async function runBuild({ request, args, context }: RunBuildOptions): Promise<number> {
  const { stdout, stderr, env, cwd } = context;
  const progress = (text(args, 'progress') ?? 'auto') as ProgressKind;
  const reporter = await chooseReporter({ progress, stream: stderr, env });
  const interruption = context.listenForSignals((message) => reporter.onEvent({ type: 'note', message }));
  for (const warning of args.settings?.warnings ?? []) reporter.onEvent(warning);
  try {
    const { buildProject } = await context.loadBuilder();
    const result = await buildProject({
      ...request,
      environment: env,
      signal: interruption.signal,
      onEvent: reporter.onEvent,
    });
    reporter.close();
    if (reporter.summary) {
      const { renderSummary } = await import('../report/summary.ts');
      const style = makeStyle(wantsColor({ env, isTTY: stderr.isTTY === true }));
      stderr.write(renderSummary({ result, cwd, style }));
    }
    if (flag(args, 'json')) stdout.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  } finally {
    reporter.close();
    interruption.end();
  }
}
