import type { SyntaxNode } from '@lezer/common';
import { children, textOf } from './nodes.ts';
import type { PythonModule } from './parse.ts';

/** The name that a `FunctionDefinition` or `ClassDefinition` binds. */
export function definedName(module: PythonModule, definition: SyntaxNode): string {
  const name = definition.getChild('VariableName');
  return name ? textOf(module, name).normalize('NFKC') : '';
}

/** The function or class under a `DecoratedStatement`, or the statement itself when it is one. */
export function definitionOf(statement: SyntaxNode): SyntaxNode | undefined {
  if (/^(?:Function|Class)Definition$/.test(statement.name)) return statement;
  if (statement.name !== 'DecoratedStatement') return undefined;
  return statement.getChild('FunctionDefinition') ?? statement.getChild('ClassDefinition') ?? undefined;
}

/** The names that an assignment of any form binds; `a.b` and `a[0]` bind none. */
export function assignedNames(module: PythonModule, statement: SyntaxNode): string[] {
  const parts = children(statement);
  const last = parts.findLastIndex((part) => part.name === 'AssignOp');
  return parts.slice(0, Math.max(last, 0)).flatMap((part) => targetNames(module, part));
}

function targetNames(module: PythonModule, node: SyntaxNode): string[] {
  if (node.name === 'VariableName') return [textOf(module, node).normalize('NFKC')];
  if (!/^(?:Tuple|Array|Parenthesized)Expression$/.test(node.name)) return [];
  return children(node).flatMap((child) => targetNames(module, child));
}
