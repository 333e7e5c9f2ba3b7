import type { SyntaxNode } from '@lezer/common';
import { children, textOf } from './nodes.ts';
import { lineOf, type PythonModule } from './parse.ts';

/** A statement by what survives when Python writes a file down again. */
export interface StatementPlace {
  /** Qualified name of the function or class around it: `Demo.fetch`; `''` at the top level. */
  readonly scope: string;
  /** Its first line as rewritten; `''` where only the scope is known. */
  readonly text: string;
  /** Which of the scope's statements of this text, counted from 0. */
  readonly nth: number;
}

/**
 * Finds a statement of a rewritten file in the file as the user wrote it.
 * @returns its line counted from 1, else that of its function; undefined where neither is there
 */
export function findStatement(module: PythonModule, wanted: StatementPlace): number | undefined {
  const pieces = piecesOf(module);
  const text = squeeze(wanted.text);
  const alike =
    text === '' ? [] : pieces.filter((piece) => piece.scope === wanted.scope && squeeze(piece.text) === text);
  const found = alike[wanted.nth] ?? alike[0] ?? pieces.find(({ defines }) => defines === wanted.scope);
  return found?.line;
}

/** A simple statement, or what stands before the `:` of a compound one's part. */
interface Piece {
  readonly scope: string;
  readonly text: string;
  readonly line: number;
  /** The scope that it opens: `def` and `class`. */
  readonly defines?: string;
}

const BODIES = new Set(['Body', 'MatchBody']);

function piecesOf(module: PythonModule): Piece[] {
  const found: Piece[] = [];
  const read = (node: SyntaxNode, scope: string): void => {
    const inner = innerScope(module, node, scope);
    let first: SyntaxNode | undefined;
    const close = (to: number): void => {
      if (!first) return;
      const text = withoutComments(module, node, { from: first.from, to });
      const defines = inner === scope ? {} : { defines: inner };
      found.push({ scope, text, line: lineOf(module, first), ...defines });
      first = undefined;
    };
    for (const child of children(node)) {
      if (BODIES.has(child.name)) {
        close(child.from);
        readAll(child, inner);
      } else if (child.name !== 'Comment') first ??= child;
    }
    close(node.to);
  };
  const readAll = (parent: SyntaxNode, scope: string): void => {
    for (const child of children(parent)) {
      if (child.name === 'Comment' || child.name === ':') continue;
      if (GROUPS.has(child.name)) readAll(child, scope);
      else read(child, scope);
    }
  };
  readAll(module.tree.topNode, '');
  return found;
}

/** These hold whole statements, or a statement with its decorators. */
const GROUPS = new Set(['StatementGroup', 'DecoratedStatement']);

function innerScope(module: PythonModule, node: SyntaxNode, scope: string): string {
  if (node.name !== 'FunctionDefinition' && node.name !== 'ClassDefinition') return scope;
  const name = node.getChild('VariableName');
  const own = name === null ? '' : textOf(module, name).normalize('NFKC');
  return scope === '' ? own : `${scope}.${own}`;
}

function withoutComments(
  module: PythonModule,
  node: SyntaxNode,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  let text = '';
  let at = from;
  node.cursor().iterate((each) => {
    if (each.name !== 'Comment' || each.from < at || each.to > to) return;
    text += module.source.slice(at, each.from);
    at = each.to;
  });
  return text + module.source.slice(at, to);
}

/** White space, quotes and their prefixes, brackets, line joins; the colon before a body. */
function squeeze(text: string): string {
  return text.trim().replaceAll(/\b[rbuft]{1,2}(?=['"])|[\s'"()[\]{},\\]|:$/gi, '');
}
