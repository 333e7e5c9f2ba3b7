import type { PythonModule } from './parse.ts';

/**
 * The first line of a module that the parser gave up on although it may be right: of very
 * long expressions it does. What a tree with such a place lacks is no mistake of the user's.
 */
export function unreadLine(module: PythonModule): number | undefined {
  let found: number | undefined;
  module.tree.iterate({
    enter: ({ type, from }) => {
      if (found === undefined && type.isError) found = module.lines.lineOf(from);
      return found === undefined;
    },
  });
  return found;
}
