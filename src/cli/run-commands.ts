import { EXIT } from '../errors.ts';
import { COMMANDS } from './commands/index.ts';
import type { CliContext } from './context.ts';
import { joinDashValues } from './dash-values.ts';
import { asksHelp, renderHelp } from './help.ts';
import { runCommand } from './run-command.ts';

const ABOUT = 'Builds the artifact that a platform wants, inside that platform, with BuildKit.';

const EPILOGUE = `The drop-ins, also installed under their own names:
  ovenbird flash build --docker   what flash build does, in a container
  ovenbird jlserve build app.py   an image of a jlserve app, with its weights
  ovenbird flash …, jlserve …     every other command goes to the next program of that name
  ovenbird fazt …                 handed to the next fazt

Exit status: 0 done, 1 your input needs fixing, 2 usage, 70 a defect of ovenbird,
75 try again (engine, network, time limit), 130 interrupted.`;

/** The `ovenbird` program's own commands. */
export async function runCommands(argv: readonly string[], context: CliContext): Promise<number> {
  if (argv[0] === ASKS_COMPLETIONS) {
    const { printCompletions } = await import('./completion.ts');
    await printCompletions(argv);
    return EXIT.done;
  }
  if (argv.length === 0 || asksHelp(joinDashValues(argv, COMMANDS))) {
    const text = renderHelp({
      scriptName: 'ovenbird',
      commands: COMMANDS,
      command: COMMANDS.find(({ name }) => name === argv[0]),
      about: ABOUT,
      epilogue: EPILOGUE,
      columns: helpColumns(context),
    });
    // Nothing was asked for: help, but not as an answer that a script could take for one.
    const [stream, status] = argv.length === 0 ? [context.stderr, EXIT.usage] : [context.stdout, EXIT.done];
    stream.write(text);
    return status;
  }
  const { parseCommandLine } = await import('./parse.ts');
  const parsed = parseCommandLine({ scriptName: 'ovenbird', commands: COMMANDS, argv });
  return runCommand(parsed, context);
}

/** What the script of `ovenbird completion` calls at each press of the tab key; yargs' own name for it. */
const ASKS_COMPLETIONS = '--get-yargs-completions';

/** Lines of help longer than this are hard to read, whatever the terminal's width. */
const WIDEST_HELP = 100;

export function helpColumns({ stdout }: CliContext): number {
  return Math.min(stdout.columns ?? WIDEST_HELP, WIDEST_HELP);
}
