import type { SyntaxNode } from '@lezer/common';
import { readImport } from '../../project/python/imports.ts';
import { dottedName } from '../../project/python/nodes.ts';
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
