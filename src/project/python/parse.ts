import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Problem } from '../../errors.ts';
import { checkLayout } from './layout.ts';
import { LineIndex } from './lines.ts';
import { repair } from './repair.ts';
import { tokenize, type LogicalLine } from './tokens.ts';

/** A Python file and its syntax tree. Node names are those of `@lezer/python`. */
export interface PythonModule {
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** Offsets of the tree are offsets of this text. */
  readonly source: string;
  readonly tree: Tree;
  readonly lines: LineIndex;
  /** What Python will not accept. The tree is then of the parts that could be read. */
  readonly problem?: Problem;
}

/**
 * Parses a module of Python 3.10–3.14. Never throws: a mistake comes back as a problem with
 * its line and column, and only when it is certain. What the grammar alone can't judge is
 * left to the import inside the build.
 */
export function parsePython(source: string, file: string): PythonModule {
  const lines = new LineIndex(source);
  const tokens = tokenize(source);
  const error = tokens.error ?? checkLayout(tokens.lines, (at) => lines.lineOf(at));
  let tree = parser.parse(source);
  const module = { file, source, lines };
  if (error) return { ...module, tree, problem: problemAt(module, error.message, error.at) };
  if (!firstError(tree)) return { ...module, tree };
  tree = parser.parse(repair(source, tokens.lines));
  const broken = firstError(tree);
  if (!broken || isHuge(tokens.lines, broken.from)) return { ...module, tree };
  return { ...module, tree, problem: problemAt(module, describe(source, broken), broken.from) };
}

/** Of an expression of thousands of terms the parser gives up the depths, right or wrong. */
const HUGE_TOKENS = 1500;

function isHuge(lines: readonly LogicalLine[], at: number): boolean {
  const line = lines.findLast((each) => (each.tokens[0]?.from ?? 0) <= at);
  return (line?.tokens.length ?? 0) > HUGE_TOKENS;
}

/** 1-based line of a node. */
export function lineOf(module: PythonModule, node: { readonly from: number }): number {
  return module.lines.lineOf(node.from);
}

function firstError(tree: Tree): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  tree.iterate({
    enter: (node) => {
      if (!found && node.type.isError) found = node.node;
      return !found;
    },
  });
  return found;
}

function describe(source: string, node: SyntaxNode): string {
  const rest = /^[^\S\r\n]*([\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|[^\s\w]+)/u.exec(
    source.slice(node.from, node.from + 80),
  );
  return rest?.[1] ? `invalid syntax near '${rest[1]}'` : 'invalid syntax';
}

function problemAt(
  { file, lines }: { readonly file: string; readonly lines: LineIndex },
  message: string,
  at: number,
): Problem {
  const line = lines.lineOf(at);
  return {
    code: 'PYTHON_SYNTAX',
    message: `${file}:${line}: ${message}`,
    hint: `check it with: python3 -m py_compile ${file}`,
    location: { file, line, column: lines.columnOf(at) },
  };
}
