import { EXIT } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import { parseCommandLine, type Parsed } from '../parse.ts';
import { helpColumns } from '../run-commands.ts';
import { flashBuild } from './flash-build.ts';
import { findHandOver, handOver, runNext } from './hand-over.ts';

const USAGE = `$0 build --docker [options]

ovenbird's flash: builds a Runpod Flash project in a container.`;

/**
 * The drop-in for Runpod's `flash`: `build --docker` is ours, everything else belongs to the
 * next `flash` on PATH.
 */
export async function runFlash(argv: readonly string[], context: CliContext): Promise<number> {
  const [command] = argv;
  const asksHelp = command === undefined || command === '--help' || command === '-h';
  if (asksHelp) return showHelp([], context);
  if (command !== 'build') return handOver({ name: 'flash', argv, context });
  const own = beforeDashes(argv);
  if (own.includes('--help') || own.includes('-h')) return showHelp(['build'], context);
  if (!own.some(isDockerFlag)) {
    const next = await findHandOver({ name: 'flash', context });
    if (next !== undefined) return runNext({ name: 'flash', argv, context, next });
    context.stderr.write('no other flash is on PATH: building with ovenbird, in a container (flash build --docker)\n');
  }
  const parsed = await parse(argv, context);
  return parsed.kind === 'help' ? EXIT.done : parsed.command.handler(parsed.args, context);
}

async function showHelp(argv: readonly string[], context: CliContext): Promise<number> {
  const parsed = await parse([...argv, '--help'], context);
  if (parsed.kind === 'help') context.stdout.write(`${parsed.text}\n`);
  return EXIT.done;
}

async function parse(argv: readonly string[], context: CliContext): Promise<Parsed> {
  const next = await findHandOver({ name: 'flash', context });
  return parseCommandLine({
    scriptName: 'flash',
    commands: [flashBuild],
    argv,
    columns: helpColumns(context),
    usage: USAGE,
    epilogue: handedOverWords(next),
  });
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
