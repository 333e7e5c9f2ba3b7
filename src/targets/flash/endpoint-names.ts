import type { SyntaxNode } from '@lezer/common';
import { children, dottedName, textOf } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';

/** What a name of a module stands for, as far as it matters here. */
export type Meaning =
  | { readonly kind: 'sdk' }
  /** Something imported from the SDK: `Endpoint`, `remote`, `LiveServerless`. */
  | { readonly kind: 'symbol'; readonly name: string }
  /** A variable that holds `Endpoint(…)` or a legacy resource, by its place in a list. */
  | { readonly kind: 'resource'; readonly index: number };

const SDK = /^(?:runpod_flash|tetra_rp)(?:\.|$)/;

/** The names of one module, filled while its statements are read from the top. */
export class Names {
  readonly #module: PythonModule;
  readonly #meanings = new Map<string, Meaning>();
  /** After `from runpod_flash import *`, any name that isn't bound may be the SDK's. */
  #star = false;

  constructor(module: PythonModule) {
    this.#module = module;
  }

  bind(name: string, meaning: Meaning | undefined): void {
    if (meaning) this.#meanings.set(name, meaning);
    else this.#meanings.delete(name);
  }

  /** `Endpoint`, `rf.Endpoint`, `runpod_flash.endpoint.Endpoint`, `api`. */
  meaningOf(expression: SyntaxNode): Meaning | undefined {
    const parts = dottedName(this.#module, expression);
    return parts && this.meaningOfParts(parts);
  }

  meaningOfParts(parts: readonly string[]): Meaning | undefined {
    const [first, ...rest] = parts;
    const last = rest.at(-1);
    const meaning = this.#meanings.get(first ?? '');
    if (last === undefined) {
      return meaning ?? (this.#star && first ? { kind: 'symbol', name: first } : undefined);
    }
    return meaning?.kind === 'sdk' ? { kind: 'symbol', name: last } : undefined;
  }

  /** Takes in an import statement; one of something else hides what the name meant before. */
  import(statement: SyntaxNode): void {
    const { source, names } = readImport(this.#module, statement);
    for (const { name, alias } of names) {
      if (source === undefined) {
        this.bind(alias ?? name.split('.')[0] ?? name, SDK.test(name) ? { kind: 'sdk' } : undefined);
      } else if (name === '*') this.#star ||= SDK.test(source);
      else this.bind(alias ?? name, SDK.test(source) ? { kind: 'symbol', name } : undefined);
    }
  }
}

export interface ReadImport {
  /** After `from`, dots included; absent for a plain `import`. */
  readonly source?: string;
  readonly names: readonly { readonly name: string; readonly alias?: string }[];
}

/** Takes apart an `ImportStatement`. */
export function readImport(module: PythonModule, statement: SyntaxNode): ReadImport {
  const tokens = children(statement)
    .filter((node) => node.name !== 'Comment')
    .map((node) => textOf(module, node));
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
