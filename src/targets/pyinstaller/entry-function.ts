import type { SyntaxNode } from '@lezer/common';
import { nearest } from '../../nearest.ts';
import { assignedNames, definedName, definitionOf } from '../../project/python/definitions.ts';
import { readImport } from '../../project/python/imports.ts';
import { children } from '../../project/python/nodes.ts';
import { parametersOf } from '../../project/python/parameters.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import { runStatements } from '../../project/python/statements.ts';
import { unreadLine } from '../../project/python/unread.ts';
import { likelyFunctions } from './running.ts';

/** What is wrong with a function as an entry: the rest of a sentence about its module's file. */
export interface FunctionMistake {
  readonly says: string;
  readonly line?: number;
  /** Another function of the module that was probably meant. */
  readonly meant?: string;
}

/**
 * Whether a module has a function that can be called without arguments, as far as its syntax
 * tells: what is imported or computed is left to Python.
 * @param name `main`, `cli.run`
 */
export function functionMistake(module: PythonModule, name: string): FunctionMistake | undefined {
  const [first = '', ...attributes] = name.normalize('NFKC').split('.');
  const { bindings, isOpen } = bindingsOf(module);
  const own = bindings.filter((each) => each.name === first);
  if (own.length === 0) {
    if (isOpen || mayBind(module, first)) return undefined;
    const names = [...new Set(bindings.map((each) => each.name))];
    const meant = nearest(first, names) ?? likelyFunctions(names)[0];
    return { says: `has no ${first} at its top level`, ...(meant === undefined ? {} : { meant }) };
  }
  const [only, second] = own;
  if (!only || second || attributes.length > 0 || only.node.name !== 'FunctionDefinition') return undefined;
  const line = lineOf(module, only.node);
  if (children(only.node)[0]?.name === 'async') {
    return { says: `${first}() is async: called as it is, it does nothing`, line };
  }
  const needed = parametersOf(module, only.node)
    .filter(({ kind, hasDefault }) => !hasDefault && (kind === 'positional' || kind === 'keyword'))
    .map((each) => each.name);
  if (needed.length === 0) return undefined;
  return { says: `${first}() cannot be called without arguments: ${needed.join(', ')}`, line };
}

/** The names of functions and classes at the top level. */
export function definedNames(module: PythonModule): string[] {
  const { bindings } = bindingsOf(module);
  return bindings.filter(({ node }) => definitionOf(node)).map(({ name }) => name);
}

interface Binding {
  readonly name: string;
  /** The statement that binds it. */
  readonly node: SyntaxNode;
}

function bindingsOf(module: PythonModule): {
  readonly bindings: readonly Binding[];
  readonly isOpen: boolean;
} {
  const bindings: Binding[] = [];
  let isOpen = unreadLine(module) !== undefined;
  for (const { node } of runStatements(module, module.tree.topNode)) {
    const definition = definitionOf(node);
    if (definition) bindings.push({ name: definedName(module, definition), node });
    else if (node.name === 'AssignStatement') {
      bindings.push(...assignedNames(module, node).map((name) => ({ name, node })));
    } else if (node.name === 'ImportStatement') {
      const { source, names } = readImport(module, node);
      isOpen ||= names.some(({ name }) => name === '*');
      for (const { name, alias } of names) {
        const bound = alias ?? (source === undefined ? (name.split('.')[0] ?? name) : name);
        bindings.push({ name: bound, node });
      }
    }
  }
  isOpen ||= bindings.some(({ name }) => name === '__getattr__');
  return { bindings, isOpen };
}

/** Ways to bind a name that are no statement of their own, or none that can be read. */
function mayBind({ source }: PythonModule, name: string): boolean {
  if (/\b(?:globals|exec|vars|locals|setattr)\s*\(/.test(source)) return true;
  const escaped = name.replaceAll(/[^\p{L}\p{N}_]/gu, '');
  return new RegExp(
    String.raw`(?<![\p{L}\p{N}_])(?:(?:as|for|global)\s+${escaped}(?![\p{L}\p{N}_])|${escaped}\s*:=)`,
    'u',
  ).test(source);
}
