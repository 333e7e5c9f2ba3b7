import { EXIT } from '../../errors.ts';
import type { Command } from '../command.ts';
import type { CliContext } from '../context.ts';
import { asksHelp, renderHelp } from '../help.ts';
import { runCommand } from '../run-command.ts';
import { helpColumns } from '../run-commands.ts';
import { flashBuild } from './flash-build.ts';
import { findHandOver, handOver, runNext } from './hand-over.ts';

const ABOUT = "ovenbird's flash: builds a Runpod Flash project in a container.";

/**
 * The drop-in for Runpod's `flash`: `build --docker` is ours, everything else belongs to the
 * next `flash` on PATH.
 */
export async function runFlash(argv: readonly string[], context: CliContext): Promise<number> {
  const [command] = argv;
  if (command === undefined || command === '--help' || command === '-h') return showHelp(undefined, context);
  if (command !== 'build') return handOver({ name: 'flash', argv, context });
  if (asksHelp(argv)) return showHelp(flashBuild, context);
  if (!beforeDashes(argv).some(isDockerFlag)) {
    const next = await findHandOver({ name: 'flash', context });
    if (next !== undefined) return runNext({ name: 'flash', argv, context, next });
    context.stderr.write(
      'no other flash is on PATH: building with ovenbird, in a container (flash build --docker)\n',
    );
  }
  const { parseCommandLine } = await import('../parse.ts');
  const parsed = parseCommandLine({ scriptName: 'flash', commands: [flashBuild], argv });
  return runCommand(parsed, context);
}

async function showHelp(command: Command | undefined, context: CliContext): Promise<number> {
  const next = await findHandOver({ name: 'flash', context });
  const text = renderHelp({
    scriptName: 'flash',
    commands: [flashBuild],
    command,
    about: ABOUT,
    epilogue: handedOverWords(next),
    columns: helpColumns(context),
  });
  context.stdout.write(text);
  return EXIT.done;
}

function handedOverWords(next: string | undefined): string {
  const rest = 'Every other command (deploy, dev, env, login…), and build without --docker, is handed to';
  return next === undefined
    ? `${rest} the next flash on PATH.\nThere is none: pip install runpod-flash`
    : `${rest}\n  ${next}\nIts own help: ${next} --help`;
}

function isDockerFlag(argument: string): boolean {
  return argument === '--docker' || argument === '--docker=true';
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
