import type { SyntaxNode } from '@lezer/common';
import { children, textOf } from './nodes.ts';
import type { PythonModule } from './parse.ts';

export interface RunStatement {
  readonly node: SyntaxNode;
  /** In an `if`, `try` or loop: it may not run, or run instead of its twin. */
  readonly conditional: boolean;
}

/**
 * The statements that Python runs when it runs a block (a module on import, the body of a
 * class), in order: its own and those of the `if`, `try`, `with`, `for` and `while` in it, but
 * not `if __name__ == "__main__"` nor `if TYPE_CHECKING`.
 */
export function runStatements(module: PythonModule, block: SyntaxNode): Generator<RunStatement> {
  return statementsOf(module, block, false);
}

function* statementsOf(
  module: PythonModule,
  block: SyntaxNode,
  conditional: boolean,
): Generator<RunStatement> {
  for (const node of children(block)) {
    if (node.name === 'StatementGroup') yield* statementsOf(module, node, conditional);
    else if (/^(?:If|Try|With|For|While)Statement$/.test(node.name)) {
      const always = node.name === 'WithStatement';
      for (const body of runBodies(module, node)) {
        yield* statementsOf(module, body, conditional || !always);
      }
    } else if (node.name === 'MatchStatement') {
      for (const clause of node.getChild('MatchBody')?.getChildren('MatchClause') ?? []) {
        const body = clause.getChild('Body');
        if (body) yield* statementsOf(module, body, true);
      }
    } else if (!/^(?::|Comment|;)$/.test(node.name)) yield { node, conditional };
  }
}

/** The bodies of a compound statement, without those that no import runs. */
function runBodies(module: PythonModule, statement: SyntaxNode): SyntaxNode[] {
  const parts = children(statement);
  return parts.filter((part, index) => {
    if (part.name !== 'Body') return false;
    const condition = parts[index - 1];
    return statement.name !== 'IfStatement' || !condition || !isNeverTrue(textOf(module, condition));
  });
}

/** Whether a condition, as text, is false on every import. */
export function isNeverTrue(condition: string): boolean {
  return /^\(*\s*(?:__name__\s*==|['"]__main__['"]\s*==|(?:\w+\.)?TYPE_CHECKING\b)/.test(condition);
}
