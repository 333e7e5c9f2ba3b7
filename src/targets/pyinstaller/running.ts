import { definitionOf } from '../../project/python/definitions.ts';
import { readImport } from '../../project/python/imports.ts';
import { children, textOf } from '../../project/python/nodes.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import { runStatements } from '../../project/python/statements.ts';
import { unreadLine } from '../../project/python/unread.ts';

/** A relative import and how many packages up it goes: 1 for `from . import x`. */
export interface RelativeImport {
  readonly level: number;
  readonly line: number;
}

/** The relative import of a module that goes furthest up, wherever it stands. */
export function relativeImport(module: PythonModule): RelativeImport | undefined {
  let furthest: RelativeImport | undefined;
  module.tree.iterate({
    enter: ({ name, node }) => {
      if (name !== 'ImportStatement') return true;
      const level = /^\.*/.exec(readImport(module, node).source ?? '')?.[0].length ?? 0;
      if (level > (furthest?.level ?? 0)) furthest = { level, line: lineOf(module, node) };
      return false;
    },
  });
  return furthest;
}

const GUARD = /^\(*\s*(?:__name__\s*==\s*(['"])__main__\1|(['"])__main__\2\s*==\s*__name__)/;

/** It has `if __name__ == "__main__":`, which says that it is meant to be run. */
export function hasMainGuard(module: PythonModule): boolean {
  return children(module.tree.topNode).some((node) => {
    const condition = node.name === 'IfStatement' ? children(node)[1] : undefined;
    return condition !== undefined && GUARD.test(textOf(module, condition));
  });
}

/** Its statements only define: to run it does nothing. Doubtful ones count as doing something. */
export function onlyDefines(module: PythonModule): boolean {
  if (hasMainGuard(module) || unreadLine(module) !== undefined) return false;
  const statements = [...runStatements(module, module.tree.topNode)];
  return statements.every(({ node }) => {
    if (definitionOf(node) || /^(?:Import|Pass|Scope|TypeDefinition)(?:Statement)?$/.test(node.name))
      return true;
    // A docstring, and the constants that stand for themselves.
    if (node.name === 'ExpressionStatement')
      return /^(?:Continued)?String$/.test(node.firstChild?.name ?? '');
    return node.name === 'AssignStatement' && !textOf(module, node).includes('(');
  });
}

/** Functions at the top level that look like the one to start, the likeliest first. */
export function likelyFunctions(names: readonly string[]): string[] {
  return ['main', 'cli', 'run', 'app', 'start'].filter((name) => names.includes(name));
}
