import type { Problem } from '../../errors.ts';
import { text, type ParsedArguments } from '../parsed-arguments.ts';
import { toldOf, typed, type Spelling } from '../spelling.ts';
import type { Value } from '../values.ts';

/** The value of an option of a target, or what is wrong with it, told of the place that it came from. */
export function checkedValue<T>(
  args: ParsedArguments,
  name: string,
  check: (given: string, as: Spelling) => Value<T>,
): { readonly value?: T; readonly problems?: readonly Problem[] } {
  const given = text(args, name);
  if (given === undefined) return {};
  const origin = args.settings?.origins.get(name);
  const checked = check(given, origin ?? typed(name));
  return 'value' in checked ? { value: checked.value } : { problems: [toldOf(origin, checked.problem)] };
}
