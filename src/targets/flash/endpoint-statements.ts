import type { SyntaxNode } from '@lezer/common';
import { children, textOf } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';

export interface TopStatement {
  readonly node: SyntaxNode;
  /** In an `if` or `try`: it may not run, or run instead of its twin. */
  readonly conditional: boolean;
}

/**
 * The statements that an import of the module runs, in order: the top level and what stands
 * in its `if`, `try`, `with`, `for` and `while`, but not `if __name__ == "__main__"` nor
 * `if TYPE_CHECKING`.
 */
export function* importedStatements(module: PythonModule): Generator<TopStatement> {
  yield* statementsOf(module, module.tree.topNode, false);
}

function* statementsOf(
  module: PythonModule,
  block: SyntaxNode,
  conditional: boolean,
): Generator<TopStatement> {
  for (const node of children(block)) {
    if (node.name === 'StatementGroup') yield* statementsOf(module, node, conditional);
    else if (/^(?:If|Try|With|For|While)Statement$/.test(node.name)) {
      const always = node.name === 'WithStatement';
      for (const body of runBodies(module, node)) {
        yield* statementsOf(module, body, conditional || !always);
      }
    } else yield { node, conditional };
  }
}

/** The bodies of a compound statement, without those that no import runs. */
function runBodies(module: PythonModule, statement: SyntaxNode): SyntaxNode[] {
  const parts = children(statement);
  return parts.filter((part, index) => {
    if (part.name !== 'Body') return false;
    const condition = parts[index - 1];
    return statement.name !== 'IfStatement' || !condition || !NEVER.test(textOf(module, condition));
  });
}

const NEVER = /^\(*\s*(?:__name__\s*==|['"]__main__['"]\s*==|(?:\w+\.)?TYPE_CHECKING\b)/;
