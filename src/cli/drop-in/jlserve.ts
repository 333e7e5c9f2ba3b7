import { EXIT } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import { asksHelp, renderHelp } from '../help.ts';
import { runCommand } from '../run-command.ts';
import { helpColumns } from '../run-commands.ts';
import { findHandOver, handOver } from './hand-over.ts';
import { jlserveBuild } from './jlserve-build.ts';

const ABOUT = "ovenbird's jlserve: builds jlserve apps into images with their weights.";

/** The drop-in for `jlserve`: `build` is ours, everything else belongs to the next one on PATH. */
export async function runJlserve(argv: readonly string[], context: CliContext): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined || command === '--help' || command === '-h') return showHelp(false, context);
  if (command === 'dev' && !asksHelp(argv)) {
    const { checkDev } = await import('./jlserve-dev.ts');
    const env = await checkDev(rest, context);
    return handOver({ name: 'jlserve', argv, context: { ...context, env } });
  }
  if (command !== 'build') return handOver({ name: 'jlserve', argv, context });
  if (asksHelp(argv)) return showHelp(true, context);
  const { parseCommandLine } = await import('../parse.ts');
  const parsed = parseCommandLine({ scriptName: 'jlserve', commands: [jlserveBuild], argv });
  return runCommand(parsed, context);
}

async function showHelp(ofBuild: boolean, context: CliContext): Promise<number> {
  const next = await findHandOver({ name: 'jlserve', context });
  const text = renderHelp({
    scriptName: 'jlserve',
    commands: [jlserveBuild],
    command: ofBuild ? jlserveBuild : undefined,
    about: ABOUT,
    epilogue:
      next === undefined
        ? 'Every other command (dev) is handed to the next jlserve on PATH.\nThere is none: pip install jlserve'
        : `Every other command (dev) is handed to\n  ${next}\nIts own help: ${next} --help`,
    columns: helpColumns(context),
  });
  context.stdout.write(text);
  return EXIT.done;
}
