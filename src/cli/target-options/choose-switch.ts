import type { Problem } from '../../errors.ts';
import { flag, usage, type ParsedArguments } from '../parsed-arguments.ts';

/**
 * Of switches that exclude each other, the one that counts: what is typed is over a variable, and
 * that over a file. Both from the same place are a mistake.
 */
export function chooseSwitch<Name extends string>(
  args: ParsedArguments,
  names: readonly Name[],
): { readonly chosen?: Name; readonly problems?: readonly Problem[] } {
  const given = names
    .filter((name) => flag(args, name))
    .map((name) => ({ name, rank: rankOf(args, name) }))
    .toSorted((a, b) => b.rank - a.rank);
  const [first, second] = given;
  if (!first) return {};
  if (first.rank !== second?.rank) return { chosen: first.name };
  const message = `--${first.name} and --${second.name} together: it is one or the other`;
  return { chosen: first.name, problems: [usage(message, 'leave one out')] };
}

function rankOf({ settings }: ParsedArguments, name: string): number {
  const origin = settings?.origins.get(name);
  if (origin === undefined) return 2;
  return origin.location === undefined ? 1 : 0;
}
