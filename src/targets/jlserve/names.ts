import type { SyntaxNode } from '@lezer/common';
import { readImport } from '../../project/python/imports.ts';
import { dottedName } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';

/** What a name stands for, as far as it matters here. */
export type Meaning =
  | { readonly kind: 'package' }
  /** The functions `jlserve.app` and `jlserve.endpoint`. */
  | { readonly kind: 'app' | 'endpoint' }
  /** What a call of one of them gave: `serve = jlserve.app(…)`. */
  | { readonly kind: 'app-call' | 'endpoint-call'; readonly call: SyntaxNode };

const PACKAGE = /^jlserve(?:\.decorator)?$/;

/** The names of one scope, filled while its statements are read from the top. */
export class Names {
  readonly #module: PythonModule;
  readonly #outer: Names | undefined;
  readonly #meanings = new Map<string, Meaning | undefined>();

  constructor(module: PythonModule, outer?: Names) {
    this.#module = module;
    this.#outer = outer;
  }

  /**
   * @param conditional where the statement may not run, a name goes on meaning what it did:
   *   `try: from jlserve import app` with `except ImportError: app = None`
   */
  bind(name: string, meaning: Meaning | undefined, conditional: boolean): void {
    if (meaning || !conditional) this.#meanings.set(name.normalize('NFKC'), meaning);
  }

  get(name: string): Meaning | undefined {
    return this.#meanings.has(name) ? this.#meanings.get(name) : this.#outer?.get(name);
  }

  /** `app`, `jlserve.app`, `jl.decorator.app`; only of what was imported from jlserve. */
  meaningOf(parts: readonly string[]): Meaning | undefined {
    const [first = '', ...rest] = parts;
    const meaning = this.get(first);
    if (rest.length === 0 || meaning?.kind !== 'package') return rest.length === 0 ? meaning : undefined;
    return member(rest.join('.'));
  }

  meaningOfExpression(expression: SyntaxNode): Meaning | undefined {
    const parts = dottedName(this.#module, expression);
    return parts && this.meaningOf(parts.map((part) => part.normalize('NFKC')));
  }

  import(statement: SyntaxNode, conditional: boolean): void {
    const { source, names } = readImport(this.#module, statement);
    for (const { name, alias } of names) {
      if (source === undefined) {
        const isOurs = alias === undefined ? /^jlserve(?:\.|$)/.test(name) : PACKAGE.test(name);
        const bound = alias ?? name.split('.')[0] ?? name;
        this.bind(bound, isOurs ? { kind: 'package' } : undefined, conditional);
      } else if (!PACKAGE.test(source)) {
        if (name !== '*') this.bind(alias ?? name, undefined, conditional);
      } else if (name === '*') {
        this.bind('app', { kind: 'app' }, conditional);
        this.bind('endpoint', { kind: 'endpoint' }, conditional);
      } else this.bind(alias ?? name, member(name), conditional);
    }
  }
}

function member(name: string): Meaning | undefined {
  const last = name.replace(/^decorator\./, '');
  if (last === 'app' || last === 'endpoint') return { kind: last };
  return last === 'decorator' ? { kind: 'package' } : undefined;
}
