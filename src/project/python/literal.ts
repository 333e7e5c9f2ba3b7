import type { SyntaxNode } from '@lezer/common';
import { children, isPunctuation, splitByComma, textOf, unwrap } from './nodes.ts';
import type { PythonModule } from './parse.ts';
import { stringValue } from './string-literal.ts';

/** A value that stands in the source. Tuples are arrays too. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<Literal, Literal>;

/** Looks up a name: the expression that it is bound to, once and for good. */
export type Lookup = (name: string) => SyntaxNode | undefined;

/** Constants may be bound to constants; a cycle ends here. */
const DEEPEST = 50;

/**
 * The value of an expression, without running anything.
 * @returns undefined when it is computed: calls, templates, attributes, unknown names
 */
export function evaluate(
  module: PythonModule,
  expression: SyntaxNode,
  lookup: Lookup,
  depth = 0,
): Literal | undefined {
  if (depth > DEEPEST) return undefined;
  const node = unwrap(expression);
  const inner = (each: SyntaxNode): Literal | undefined => evaluate(module, each, lookup, depth + 1);
  switch (node.name) {
    case 'String':
      return stringValue(textOf(module, node));
    case 'ContinuedString':
      return joined(
        children(node)
          .filter((each) => each.name !== 'Comment')
          .map(inner),
      );
    case 'Number':
      return numberValue(textOf(module, node));
    case 'Boolean':
      return textOf(module, node) === 'True';
    case 'None':
      return null;
    case 'ArrayExpression':
    case 'TupleExpression':
      return whole(
        splitByComma(node).map(([only, ...rest]) => (only && rest.length === 0 ? inner(only) : undefined)),
      );
    case 'DictionaryExpression':
      return dictionary(node, inner);
    case 'UnaryExpression':
      return negated(module, node, inner);
    case 'BinaryExpression':
      return sum(module, node, inner);
    case 'VariableName': {
      const bound = lookup(textOf(module, node));
      return bound && inner(bound);
    }
    default:
      return undefined;
  }
}

/** One item of a list in the source, and the expression that gives it. */
export interface ListItem {
  readonly value: Literal;
  readonly node: SyntaxNode;
}

/**
 * The items of a list that may be put together: `[…] + NAMES + (…)`, `[*NAMES, "x"]`.
 * @returns what can be read, and the first expression that can't
 */
export function listItems(
  module: PythonModule,
  expression: SyntaxNode,
  lookup: Lookup,
  depth = 0,
): { readonly items: readonly ListItem[]; readonly computed?: SyntaxNode } {
  const node = unwrap(expression);
  if (depth > DEEPEST) return { items: [], computed: node };
  const inner = (each: SyntaxNode): ReturnType<typeof listItems> =>
    listItems(module, each, lookup, depth + 1);
  if (node.name === 'None') return { items: [] };
  if (node.name === 'VariableName') {
    const bound = lookup(textOf(module, node));
    if (!bound) return { items: [], computed: node };
    const result = inner(bound);
    return result.computed ? { ...result, computed: node } : result;
  }
  const terms = operands(module, node);
  if (terms) return merge(terms.map(inner));
  if (!/^(?:Array|Tuple|Set)Expression$/.test(node.name)) return { items: [], computed: node };
  return merge(
    splitByComma(node).map((parts) => {
      const [first, second] = parts;
      if (first?.name === '*' && second) return inner(second);
      const value = first && parts.length === 1 ? evaluate(module, first, lookup) : undefined;
      if (!first || value === undefined) return { items: [], computed: first ?? node };
      return { items: [{ value, node: first }] };
    }),
  );
}

function merge(parts: readonly ReturnType<typeof listItems>[]): ReturnType<typeof listItems> {
  const items = parts.flatMap((part) => part.items);
  const computed = parts.find((part) => part.computed)?.computed;
  return computed ? { items, computed } : { items };
}

/** Both sides of `a + b`. */
function operands(module: PythonModule, node: SyntaxNode): [SyntaxNode, SyntaxNode] | undefined {
  if (node.name !== 'BinaryExpression') return undefined;
  const [left, operator, right] = children(node).filter((each) => each.name !== 'Comment');
  return left && right && operator && textOf(module, operator) === '+' ? [left, right] : undefined;
}

function sum(
  module: PythonModule,
  node: SyntaxNode,
  inner: (node: SyntaxNode) => Literal | undefined,
): Literal | undefined {
  const [left, right] = operands(module, node)?.map(inner) ?? [];
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  return undefined;
}

function negated(
  module: PythonModule,
  node: SyntaxNode,
  inner: (node: SyntaxNode) => Literal | undefined,
): Literal | undefined {
  const [operator, operand] = children(node);
  const value = operand && inner(operand);
  if (typeof value !== 'number' || !operator) return undefined;
  const sign = textOf(module, operator);
  if (sign === '-') return -value;
  return sign === '+' ? value : undefined;
}

function dictionary(node: SyntaxNode, inner: (node: SyntaxNode) => Literal | undefined): Literal | undefined {
  const found = new Map<Literal, Literal>();
  for (const parts of splitByComma(node)) {
    const [keyNode, valueNode, more] = parts.filter((part) => !isPunctuation(part));
    const key = keyNode && inner(keyNode);
    const value = valueNode && inner(valueNode);
    if (key === undefined || value === undefined || more || parts[0]?.name === '**') return undefined;
    found.set(key, value);
  }
  return found;
}

function joined(parts: readonly (Literal | undefined)[]): string | undefined {
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

function whole(parts: readonly (Literal | undefined)[]): Literal | undefined {
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function numberValue(text: string): number | undefined {
  const value = Number(text.replaceAll('_', ''));
  return Number.isNaN(value) ? undefined : value;
}
