import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { children, dottedName, textOf, unwrap } from './nodes.ts';
import type { PythonModule } from './parse.ts';

/** `@a.b.c`, or `@a.b.c(…)` with its list of arguments. */
export interface Decorator {
  /** The node itself, whose line stands for it. */
  readonly node: SyntaxNode;
  /** Absent when it is anything else than a name, maybe called. */
  readonly parts?: readonly string[];
  /** `ArgList` */
  readonly call?: SyntaxNode;
}

/** Takes apart a `Decorator`. */
export function readDecorator(module: PythonModule, node: SyntaxNode): Decorator {
  const names = node.getChildren('VariableName');
  const call = node.getChild('ArgList');
  const last = names.at(-1);
  const end = call ? call.to : (last?.to ?? node.from);
  const between = last && call ? module.source.slice(last.to, call.from) : '';
  const rest = `${between}${module.source.slice(end, node.to)}`.replace(/#.*|\\(?=[\r\n])/g, '');
  const text = names.map((name) => textOf(module, name).normalize('NFKC'));
  // Where the grammar knows no better, the tree is of a text that was put in its place.
  if (last === undefined || rest.trim() !== '' || !text.every(isIdentifier)) {
    return { node, ...readExpression(module, node) };
  }
  return { node, parts: text, ...(call ? { call } : {}) };
}

function isIdentifier(text: string): boolean {
  return /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{N}\p{M}\p{Pc}_]*$/u.test(text);
}

/** `@(a.b)(…)`, `@a()[0]`: what the grammar takes no decorator for is parsed by itself. */
function readExpression(module: PythonModule, node: SyntaxNode): Omit<Decorator, 'node'> {
  const at = module.source.indexOf('@', node.from);
  // Offsets stay: the nodes found are read from the module's own text.
  const tree = parser.parse(`${'\n'.repeat(at)}(${module.source.slice(at + 1, node.to)}\n)`);
  const statement = children(tree.topNode)[0];
  const expression = statement?.name === 'ExpressionStatement' ? statement.firstChild : undefined;
  let broken = false;
  tree.iterate({
    enter: ({ type }) => {
      broken ||= type.isError;
    },
  });
  if (!expression || broken) return {};
  const inner = unwrap(expression);
  if (inner.name !== 'CallExpression') return partsOf(module, inner);
  const call = inner.getChild('ArgList');
  return inner.firstChild && call ? { ...partsOf(module, unwrap(inner.firstChild), call) } : {};
}

function partsOf(module: PythonModule, node: SyntaxNode, call?: SyntaxNode): Omit<Decorator, 'node'> {
  const parts = dottedName(module, node)?.map((part) => part.normalize('NFKC'));
  return parts ? { parts, ...(call ? { call } : {}) } : {};
}
