import type { SyntaxNode } from '@lezer/common';
import { readDecorator } from '../../project/python/decorators.ts';
import { definedName, definitionOf } from '../../project/python/definitions.ts';
import { children, textOf, unwrap } from '../../project/python/nodes.ts';
import { plainAssignment } from '../../project/python/constants.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import { runStatements } from '../../project/python/statements.ts';
import { Names, type Meaning } from './names.ts';
import { takeIn } from './scope.ts';

/** A class that `jlserve.app(…)` registers. */
export interface AppClass {
  readonly name: string;
  /** Of `class`. */
  readonly line: number;
  readonly definition: SyntaxNode;
  /** `ArgList` of `jlserve.app(…)`, and the node whose line stands for it. */
  readonly call: SyntaxNode;
  readonly at: SyntaxNode;
  /** In an `if` or `try`: whether it is registered, only running the module tells. */
  readonly conditional: boolean;
  /** Has another decorator, which may put anything in its place. */
  readonly decorated: boolean;
  /** What the names of the module mean where the class begins. */
  readonly names: Names;
}

export interface FoundApps {
  /** In the order in which they are registered. */
  readonly apps: readonly AppClass[];
  /** `@jlserve.app` without parentheses. */
  readonly bare: readonly { readonly name: string; readonly line: number }[];
}

/** Finds the classes of a module that are registered as apps when it is imported. */
export function findApps(module: PythonModule): FoundApps {
  const finder = new Finder(module);
  for (const { node, conditional } of runStatements(module, module.tree.topNode)) {
    finder.read(node, conditional);
  }
  return finder;
}

class Finder implements FoundApps {
  readonly apps: AppClass[] = [];
  readonly bare: { name: string; line: number }[] = [];
  readonly #module: PythonModule;
  readonly #names: Names;
  readonly #classes = new Map<string, SyntaxNode>();

  constructor(module: PythonModule) {
    this.#module = module;
    this.#names = new Names(module);
  }

  read(statement: SyntaxNode, conditional: boolean): void {
    const definition = definitionOf(statement);
    if (definition?.name === 'ClassDefinition') {
      this.#decorated(statement, definition, conditional);
      this.#classes.set(definedName(this.#module, definition), definition);
    }
    this.#applied(statement, conditional);
    takeIn(this.#module, this.#names, statement, conditional);
  }

  #decorated(statement: SyntaxNode, definition: SyntaxNode, conditional: boolean): void {
    const read = statement.getChildren('Decorator').map((node) => {
      const decorator = readDecorator(this.#module, node);
      const meaning = decorator.parts && this.#names.meaningOf(decorator.parts);
      return { ...decorator, meaning, registers: registeringCall(meaning, decorator.call) };
    });
    const decorated = read.some(({ registers, meaning }) => !registers && meaning?.kind !== 'app');
    // The one next to the class is applied first.
    for (const { node, meaning, registers, call } of read.toReversed()) {
      if (registers) this.#add(definition, { call: registers, at: node, conditional, decorated });
      else if (meaning?.kind === 'app' && !call) {
        this.bare.push({ name: definedName(this.#module, definition), line: lineOf(this.#module, node) });
      }
    }
  }

  /** `jlserve.app(…)(Demo)`, with or without `Demo =` in front. */
  #applied(statement: SyntaxNode, conditional: boolean): void {
    const value =
      statement.name === 'ExpressionStatement'
        ? statement.firstChild
        : plainAssignment(this.#module, statement)?.value;
    const outer = value && unwrap(value);
    const callee =
      outer?.name === 'CallExpression' && outer.firstChild ? unwrap(outer.firstChild) : undefined;
    const target = outer?.getChild('ArgList');
    const name = target && children(target).find((node) => node.name === 'VariableName');
    const definition = name && this.#classes.get(textOf(this.#module, name).normalize('NFKC'));
    if (!callee || !definition) return;
    const registers =
      callee.name === 'CallExpression' && callee.firstChild
        ? registeringCall(
            this.#names.meaningOfExpression(unwrap(callee.firstChild)),
            callee.getChild('ArgList') ?? undefined,
          )
        : registeringCall(this.#names.meaningOfExpression(callee), undefined);
    if (registers) this.#add(definition, { call: registers, at: statement, conditional, decorated: true });
  }

  #add(definition: SyntaxNode, rest: Pick<AppClass, 'call' | 'at' | 'conditional' | 'decorated'>): void {
    this.apps.push({
      name: definedName(this.#module, definition),
      line: lineOf(this.#module, definition),
      definition,
      names: this.#names,
      ...rest,
    });
  }
}

/** The arguments of `jlserve.app` where applying `meaning`, called with `call`, registers a class. */
function registeringCall(meaning: Meaning | undefined, call: SyntaxNode | undefined): SyntaxNode | undefined {
  if (meaning?.kind === 'app') return call;
  return meaning?.kind === 'app-call' && !call ? meaning.call : undefined;
}
