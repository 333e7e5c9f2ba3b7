import type { SyntaxNode } from '@lezer/common';
import type { Lookup } from '../../project/python/literal.ts';
import { children, splitByComma, textOf, unwrap } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { isStarred } from '../../project/python/stars.ts';
import { stringValue } from '../../project/python/string-literal.ts';
import { foldTemplate } from './fold-template.ts';

/** An expression's value as far as the source tells; `kind` is the name of Python's type. */
export type Folded =
  | { readonly kind: 'str'; readonly value: string; readonly node: SyntaxNode }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Folded[]; readonly node: SyntaxNode }
  | { readonly kind: 'int' | 'float'; readonly text: string; readonly node: SyntaxNode }
  | { readonly kind: 'bool'; readonly value: boolean; readonly node: SyntaxNode }
  | { readonly kind: 'NoneType' | 'set' | 'dict' | 'bytes' | 'complex'; readonly node: SyntaxNode }
  /** `node` is the first part that only running the module can tell. */
  | { readonly kind: 'computed'; readonly node: SyntaxNode };

/** Constants that are made of each other must come to an end, and doubled ones too. */
const DEEPEST = 500;
const MOST_STEPS = 20_000;
const LONGEST = 100_000;

/**
 * Evaluates literals, sums of them, starred items, templates and names of constants, with
 * Python's types kept apart. Nothing is run.
 */
export function fold(module: PythonModule, expression: SyntaxNode, lookup: Lookup): Folded {
  return new Folder(module, lookup).fold(expression, 0);
}

class Folder {
  readonly #module: PythonModule;
  readonly #lookup: Lookup;
  #steps = 0;

  constructor(module: PythonModule, lookup: Lookup) {
    this.#module = module;
    this.#lookup = lookup;
  }

  fold(expression: SyntaxNode, depth: number): Folded {
    const node = unwrap(expression);
    const computed = { kind: 'computed', node } as const;
    this.#steps += 1;
    if (depth > DEEPEST || this.#steps > MOST_STEPS) return computed;
    const text = textOf(this.#module, node);
    switch (node.name) {
      case 'String': {
        if (/^[rR]?[bB]/.test(text)) return { kind: 'bytes', node };
        const value = stringValue(text);
        return value === undefined ? computed : { kind: 'str', value, node };
      }
      case 'FormatString': {
        const value = foldTemplate(text, (name) => this.#named(name, depth));
        return value === undefined ? computed : { kind: 'str', value, node };
      }
      case 'ContinuedString':
        return this.#joined(node, depth);
      case 'Number':
        return number(text, node);
      case 'Boolean':
        return { kind: 'bool', value: text === 'True', node };
      case 'None':
        return { kind: 'NoneType', node };
      case 'SetExpression':
        return { kind: 'set', node };
      case 'DictionaryExpression':
        return { kind: 'dict', node };
      case 'ArrayExpression':
      case 'TupleExpression':
        return this.#sequence(node, depth);
      case 'BinaryExpression':
        return this.#sum(node, depth);
      case 'VariableName': {
        const value = this.#named(text, depth);
        if (!value) return computed;
        // The place that uses it matters; items of a list have their own.
        return value.kind === 'computed' ? value : { ...value, node };
      }
      default:
        return computed;
    }
  }

  #named(name: string, depth: number): Folded | undefined {
    const bound = this.#lookup(name.normalize('NFKC'));
    return bound && this.fold(bound, depth + 1);
  }

  #joined(node: SyntaxNode, depth: number): Folded {
    let value = '';
    for (const part of children(node)) {
      if (part.name === 'Comment') continue;
      const folded = this.fold(part, depth + 1);
      if (folded.kind !== 'str') return folded;
      value += folded.value;
    }
    return { kind: 'str', value, node };
  }

  #sequence(node: SyntaxNode, depth: number): Folded {
    const items: Folded[] = [];
    for (const parts of splitByComma(node)) {
      const [last] = parts.slice(-1);
      const starred = last !== undefined && isStarred(this.#module, last);
      if (!last || parts.length !== (parts[0]?.name === '*' ? 2 : 1)) return { kind: 'computed', node };
      const folded = this.fold(last, depth + 1);
      if (!starred) items.push(folded);
      else if (folded.kind === 'list' || folded.kind === 'tuple') items.push(...folded.items);
      else return { kind: 'computed', node: folded.node };
      if (items.length > MOST_STEPS) return { kind: 'computed', node };
    }
    return { kind: node.name === 'ArrayExpression' ? 'list' : 'tuple', items, node };
  }

  #sum(node: SyntaxNode, depth: number): Folded {
    const [left, operator, right] = children(node).filter((each) => each.name !== 'Comment');
    if (!left || !right || !operator || textOf(this.#module, operator) !== '+') {
      return { kind: 'computed', node };
    }
    const a = this.fold(left, depth + 1);
    const b = this.fold(right, depth + 1);
    if (a.kind === 'computed') return a;
    if (b.kind === 'computed') return b;
    if (a.kind === 'str' && b.kind === 'str' && a.value.length + b.value.length < LONGEST) {
      return { kind: 'str', value: a.value + b.value, node };
    }
    const isList = a.kind === 'list' || a.kind === 'tuple';
    if (isList && (b.kind === 'list' || b.kind === 'tuple') && a.kind === b.kind) {
      if (a.items.length + b.items.length > MOST_STEPS) return { kind: 'computed', node };
      return { kind: a.kind, items: [...a.items, ...b.items], node };
    }
    return { kind: 'computed', node };
  }
}

function number(text: string, node: SyntaxNode): Folded {
  if (/j$/i.test(text)) return { kind: 'complex', node };
  const isInteger = /^(?:0[xob]|\d[\d_]*$)/i.test(text);
  return { kind: isInteger ? 'int' : 'float', text, node };
}
