import type { SyntaxNode } from '@lezer/common';
import { children } from './nodes.ts';
import type { PythonModule } from './parse.ts';

export interface Parameter {
  readonly name: string;
  /** `args` is `*name`, `kwargs` is `**name`; `keyword` can be given by name only. */
  readonly kind: 'positional' | 'keyword' | 'args' | 'kwargs';
  /** The expression of its type hint. */
  readonly hint: SyntaxNode | undefined;
  readonly hasDefault: boolean;
}

/**
 * The parameters of a `FunctionDefinition`. Stars and slashes are read from the text: the
 * tree may be that of a repaired source, which lacks them.
 */
export function parametersOf(module: PythonModule, definition: SyntaxNode): Parameter[] {
  const list = definition.getChild('ParamList');
  if (!list) return [];
  const found: Parameter[] = [];
  let keywordOnly = false;
  for (const { from, to, nodes } of groups(list)) {
    const ending = nodes.find((node) => node.name === 'TypeDef' || node.name === 'AssignOp');
    const text = module.source.slice(from, ending?.from ?? to).replace(/#.*|\\(?=[\r\n])/g, '');
    const [, stars = '', name = ''] = /^\s*(\*{0,2})\s*([^\s*/]*)\s*$/.exec(text) ?? [];
    if (name !== '') {
      const kind = stars === '**' ? 'kwargs' : stars === '*' ? 'args' : undefined;
      const typeDef = nodes.find((node) => node.name === 'TypeDef');
      found.push({
        name: name.normalize('NFKC'),
        kind: kind ?? (keywordOnly ? 'keyword' : 'positional'),
        hint: typeDef && hintOf(typeDef),
        hasDefault: nodes.some((node) => node.name === 'AssignOp'),
      });
    }
    keywordOnly ||= stars === '*';
  }
  return found;
}

/** The expression in a `TypeDef`: `: In` of a parameter, `-> Out` of a function. */
export function hintOf(typeDef: SyntaxNode): SyntaxNode | undefined {
  return children(typeDef).find((node) => node.name !== ':' && node.name !== 'Comment');
}

/** What stands between two commas: its text's offsets and its nodes. */
function groups(list: SyntaxNode): { from: number; to: number; nodes: SyntaxNode[] }[] {
  const found: { from: number; to: number; nodes: SyntaxNode[] }[] = [];
  let from = list.from + 1;
  let nodes: SyntaxNode[] = [];
  for (const node of children(list).slice(1)) {
    if (node.name === ',' || node.name === ')') {
      found.push({ from, to: node.from, nodes });
      from = node.to;
      nodes = [];
    } else if (node.name !== 'Comment') nodes.push(node);
  }
  return found;
}
