import type { SyntaxNode } from '@lezer/common';
import { children, textOf } from './nodes.ts';
import type { PythonModule } from './parse.ts';

/** One `import` statement. */
export interface ReadImport {
  /** After `from`, dots included; absent for a plain `import`. */
  readonly source?: string;
  readonly names: readonly { readonly name: string; readonly alias?: string }[];
}

/** Takes apart an `ImportStatement`. */
export function readImport(module: PythonModule, statement: SyntaxNode): ReadImport {
  const tokens = children(statement)
    .filter((node) => node.name !== 'Comment')
    .map((node) => textOf(module, node).normalize('NFKC'));
  const at = tokens.indexOf('import');
  const source = tokens[0] === 'from' ? tokens.slice(1, at).join('') : undefined;
  const names: { name: string; alias?: string }[] = [];
  let words: string[] = [];
  for (const token of [...tokens.slice(at + 1), ',']) {
    if (token === '(' || token === ')') continue;
    if (token !== ',') words.push(token);
    else if (words.length > 0) {
      const as = words.indexOf('as');
      const alias = as < 0 ? undefined : words[as + 1];
      const name = (as < 0 ? words : words.slice(0, as)).join('');
      names.push(alias === undefined ? { name } : { name, alias });
      words = [];
    }
  }
  return source === undefined ? { names } : { source, names };
}
