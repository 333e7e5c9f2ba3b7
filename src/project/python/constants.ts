import type { SyntaxNode } from '@lezer/common';
import type { Lookup } from './literal.ts';
import { children, textOf } from './nodes.ts';
import type { PythonModule } from './parse.ts';

/**
 * The constants of a module: names that are bound once, by a plain assignment at the top
 * level, and of which nothing suggests that the value is changed in place. Anything doubtful
 * counts as computed.
 * @param leavesAlone whether an occurrence is known to leave the value as it is, where its
 *   place alone would not tell (an argument of a function that is known)
 */
export function constantsOf(
  module: PythonModule,
  leavesAlone: (occurrence: SyntaxNode) => boolean = () => false,
): Lookup {
  const bound = new Map<string, SyntaxNode>();
  const spoiled = new Set<string>();
  for (const statement of children(module.tree.topNode)) {
    const binding = plainAssignment(module, statement);
    if (!binding) continue;
    if (bound.has(binding.name)) spoiled.add(binding.name);
    bound.set(binding.name, binding.value);
  }
  if (bound.size === 0) return () => undefined;
  module.tree.iterate({
    enter: ({ name, node }) => {
      if (name !== 'VariableName') return;
      const text = textOf(module, node);
      if (!bound.has(text) || isHarmless(module, node, bound.get(text))) return;
      if (!leavesAlone(node)) spoiled.add(text);
    },
  });
  return (name) => (spoiled.has(name) ? undefined : bound.get(name));
}

/** `NAME = …` or `NAME: type = …`, one target only. */
export function plainAssignment(
  module: PythonModule,
  statement: SyntaxNode,
): { readonly name: string; readonly value: SyntaxNode } | undefined {
  if (statement.name !== 'AssignStatement') return undefined;
  const [target, ...rest] = children(statement).filter(
    (each) => each.name !== 'TypeDef' && each.name !== 'Comment',
  );
  const [operator, value, more] = rest;
  if (target?.name !== 'VariableName' || operator?.name !== 'AssignOp' || !value || more) return undefined;
  return { name: textOf(module, target), value };
}

/** Whether an occurrence of a name leaves its binding and its value alone. */
function isHarmless(module: PythonModule, node: SyntaxNode, value: SyntaxNode | undefined): boolean {
  const { parent } = node;
  if (!parent) return false;
  switch (parent.name) {
    case 'AssignStatement':
      // The binding itself, or the right side of another one: an alias, which a list may
      // be changed through.
      if (parent.firstChild?.from === node.from)
        return plainAssignment(module, parent)?.value.from === value?.from;
      return parent.lastChild?.from === node.from && !isMutable(value);
    case 'ArgList':
      return isKeyword(module, node) || !isMutable(value);
    case 'MemberExpression':
      return !isMutable(value);
    case 'BinaryExpression':
    case 'ArrayExpression':
    case 'TupleExpression':
    case 'ParenthesizedExpression':
    case 'ConditionalExpression':
    case 'DictionaryExpression':
    case 'FormatReplacement':
    case 'UnaryExpression':
    case 'ReturnStatement':
    case 'ExpressionStatement':
    case 'IfStatement':
      return !isTarget(node);
    case 'ForStatement':
      return (parent.getChild('in')?.from ?? 0) < node.from;
    default:
      // A parameter is a function's own name of the same spelling.
      return parent.name === 'ParamList';
  }
}

/** `a, b = …` and `for a, b in …` bind what stands in a tuple. */
function isTarget(node: SyntaxNode): boolean {
  let child = node;
  while (child.parent && /^(?:Tuple|Array|Parenthesized)Expression$/.test(child.parent.name)) {
    child = child.parent;
  }
  const { parent } = child;
  if (parent?.name === 'AssignStatement') return child.from !== parent.lastChild?.from;
  return parent?.name === 'ForStatement' && child.from < (parent.getChild('in')?.from ?? 0);
}

/** `f(name=…)`, as a keyword or as its value. */
function isKeyword(module: PythonModule, node: SyntaxNode): boolean {
  const before = node.prevSibling;
  const after = node.nextSibling;
  const assigns = (each: SyntaxNode | null): boolean =>
    each?.name === 'AssignOp' && textOf(module, each) === '=';
  return assigns(before) || assigns(after);
}

function isMutable(value: SyntaxNode | undefined): boolean {
  return value === undefined || !/^(?:String|ContinuedString|Number|Boolean|None)$/.test(value.name);
}
