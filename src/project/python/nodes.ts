import type { SyntaxNode } from '@lezer/common';
import type { PythonModule } from './parse.ts';

/** The children of a node, first to last. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

export function textOf(module: PythonModule, node: SyntaxNode): string {
  return module.source.slice(node.from, node.to);
}

/** Strips parentheses around an expression. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.name === 'ParenthesizedExpression') {
    const next: SyntaxNode | undefined = children(inner).find((each) => !isPunctuation(each));
    if (!next) break;
    inner = next;
  }
  return inner;
}

export function isPunctuation(node: SyntaxNode): boolean {
  return node.name === 'Comment' || /^[()[\]{},:.;*=]+$/.test(node.name);
}

/**
 * `a.b.c` as `['a', 'b', 'c']`; undefined for anything else.
 */
export function dottedName(module: PythonModule, node: SyntaxNode): string[] | undefined {
  if (node.name === 'VariableName') return [textOf(module, node)];
  if (node.name !== 'MemberExpression') return undefined;
  const [object, dot, property] = children(node).filter((each) => each.name !== 'Comment');
  if (!object || dot?.name !== '.' || property?.name !== 'PropertyName') return undefined;
  const start = dottedName(module, object);
  return start && [...start, textOf(module, property)];
}

/** What a call was given. Nodes are the values. */
export interface CallArguments {
  readonly positional: readonly SyntaxNode[];
  readonly keywords: ReadonlyMap<string, SyntaxNode>;
  /** `*args` or `**options`: more may come in than can be read. */
  readonly spread: SyntaxNode | undefined;
}

/** Takes apart an `ArgList` node. */
export function callArguments(module: PythonModule, list: SyntaxNode): CallArguments {
  const positional: SyntaxNode[] = [];
  const keywords = new Map<string, SyntaxNode>();
  let spread: SyntaxNode | undefined;
  for (const parts of splitByComma(list)) {
    const [first, second, third] = parts;
    if (!first) continue;
    if (first.name === '*' || first.name === '**') spread ??= first;
    else if (second?.name === 'AssignOp' && third && textOf(module, second) === '=') {
      keywords.set(textOf(module, first), third);
    } else positional.push(first);
  }
  return { positional, keywords, spread };
}

/** The parts between the commas of a bracketed list, without brackets and comments. */
export function splitByComma(list: SyntaxNode): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const child of children(list)) {
    if (child.name === ',') groups.push([]);
    else if (!/^(?:[()[\]{}]|Comment)$/.test(child.name)) groups.at(-1)?.push(child);
  }
  return groups.filter((group) => group.length > 0);
}
