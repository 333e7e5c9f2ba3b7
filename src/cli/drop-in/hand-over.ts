import { problem, type OvenbirdError } from '../../errors.ts';
import type { CliContext, ProgramName } from '../context.ts';
import { GUARD, readGuard, withGuard } from './guard.ts';
import { findNextProgram } from './next-program.ts';
import { runProgram } from './run-program.ts';

export interface HandOverOptions {
  readonly name: Exclude<ProgramName, 'ovenbird'>;
  readonly argv: readonly string[];
  readonly context: CliContext;
}

/** How each program is had. */
const INSTALL = {
  flash: 'pip install runpod-flash',
  jlserve: 'pip install jlserve',
  fazt: 'install fazt and put its folder on PATH',
} as const;

/**
 * Runs the next program of that name on PATH in our place.
 * @returns its exit status
 * @throws OvenbirdError `PROGRAM_NOT_FOUND` when there is none, or only one that leads back
 */
export async function handOver(options: HandOverOptions): Promise<number> {
  const next = await findHandOver(options);
  if (next === undefined) throw notFound(options);
  return runNext({ ...options, next });
}

/** The program that would get it, or undefined. */
export function findHandOver({
  name,
  context,
}: Pick<HandOverOptions, 'name' | 'context'>): Promise<string | undefined> {
  return findNextProgram({ name, env: context.env, cwd: context.cwd, skip: handedTo(name, context) });
}

export function runNext({
  name,
  argv,
  context,
  next,
}: HandOverOptions & { readonly next: string }): Promise<number> {
  return runProgram({ path: next, argv, env: withGuard(context.env, { name, path: next }) });
}

/** Programs that were given this name's work already and came back to us. */
export function handedTo(name: string, { env }: CliContext): readonly string[] {
  return readGuard(env)
    .filter((each) => each.name === name)
    .map(({ path }) => path);
}

/** Nobody else can do it: said with what to install, or which programs call each other. */
export function notFound({ name, argv, context }: HandOverOptions): OvenbirdError {
  const what = [name, ...argv.slice(0, 1)].join(' ');
  const before = handedTo(name, context);
  if (before.length === 0) {
    return problem(
      'PROGRAM_NOT_FOUND',
      `"${what}" is not one of ovenbird's commands, and no other ${name} is on PATH`,
      {
        hint: INSTALL[name],
      },
    );
  }
  const circle = before.join(' and ');
  return problem(
    'PROGRAM_NOT_FOUND',
    `"${what}" goes in a circle: ovenbird's ${name} handed it to ${circle}, which called ovenbird's ${name} again`,
    {
      hint: `let ${before.at(-1)} call the ${name} it means by its full path (inside a program started through ovenbird: unset ${GUARD})`,
      detail: `ovenbird's ${name}: ${process.argv[1] ?? name}\nhanded to: ${before.join(', ')}`,
    },
  );
}
