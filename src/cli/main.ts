import { EXIT } from '../errors.ts';
import type { CliContext, ProgramName } from './context.ts';
import { showError } from './render-error.ts';

export interface Invocation {
  readonly program: ProgramName;
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly context: CliContext;
}

/** Runs a command line and resolves to its exit status. It never throws. */
export async function main(invocation: Invocation): Promise<number> {
  try {
    return await dispatch(invocation);
  } catch (thrown) {
    const { program, argv, context } = invocation;
    const name = program === 'ovenbird' ? argv[0] : program;
    return showError({ thrown, form: name === 'jlserve' ? 'jlserve' : 'ours', argv, context });
  }
}

async function dispatch({ program, argv, context }: Invocation): Promise<number> {
  if (program !== 'ovenbird') return runDropIn(program, argv, context);
  const [first, ...rest] = argv;
  switch (first) {
    // `ovenbird flash …` is `flash …`, for those whose PATH finds another flash first.
    case 'flash':
    case 'jlserve':
    case 'fazt':
      return runDropIn(first, rest, context);
    case '--version':
    case '-V': {
      const { ownVersion } = await import('./start.ts');
      context.stdout.write(`${await ownVersion()}\n`);
      return EXIT.done;
    }
    default: {
      const { runCommands } = await import('./run-commands.ts');
      return runCommands(argv, context);
    }
  }
}

async function runDropIn(
  name: Exclude<ProgramName, 'ovenbird'>,
  argv: readonly string[],
  context: CliContext,
): Promise<number> {
  if (name === 'flash') {
    const { runFlash } = await import('./drop-in/flash.ts');
    return runFlash(argv, context);
  }
  if (name === 'jlserve') {
    const { runJlserve } = await import('./drop-in/jlserve.ts');
    return runJlserve(argv, context);
  }
  const { handOver } = await import('./drop-in/hand-over.ts');
  return handOver({ name, argv, context });
}
