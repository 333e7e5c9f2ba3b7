import type { SyntaxNode } from '@lezer/common';
import { evaluate, listItems, type Literal, type Lookup } from '../../project/python/literal.ts';
import { callArguments, type CallArguments } from '../../project/python/nodes.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import type { DeclaredList } from './endpoint-types.ts';

/** What one `Endpoint(…)`, `LiveServerless(…)` or `@remote(…)` declares. */
export interface DeclaredCall {
  readonly line: number;
  /** As given; absent when there is none, or when it is computed. */
  readonly name?: string;
  readonly nameComputed: boolean;
  readonly isClient: boolean;
  readonly dependencies: DeclaredList;
  readonly systemDependencies: DeclaredList;
  readonly pythonVersion?: string;
  readonly arguments: CallArguments;
}

/**
 * Reads a call's arguments.
 * @param list its `ArgList`
 * @param at the node whose line stands for the call
 */
export function readCall(
  module: PythonModule,
  list: SyntaxNode,
  at: SyntaxNode,
  lookup: Lookup,
): DeclaredCall {
  const given = callArguments(module, list);
  const { keywords, positional, spread } = given;
  const value = (node: SyntaxNode | undefined): Literal | undefined => node && evaluate(module, node, lookup);
  const nameNode = keywords.get('name') ?? positional[0];
  const name = value(nameNode);
  const declared = (keyword: string): DeclaredList =>
    readList(module, keywords.get(keyword) ?? spread, lookup);
  const pythonVersion = value(keywords.get('python_version'));
  const isString = typeof name === 'string';
  return {
    line: lineOf(module, at),
    ...(isString ? { name: effectiveName(name, value(keywords.get('flashboot'))) } : {}),
    nameComputed: !isString && (nameNode ? name !== null : spread !== undefined),
    isClient: ['image', 'id'].some((keyword) => {
      const node = keywords.get(keyword);
      return node !== undefined && value(node) !== null;
    }),
    dependencies: declared('dependencies'),
    systemDependencies: declared('system_dependencies'),
    ...(typeof pythonVersion === 'string' ? { pythonVersion } : {}),
    arguments: given,
  };
}

/** With flashboot, which is the default, the SDK takes the endings `-fb` off a name. */
function effectiveName(name: string, flashboot: Literal | undefined): string {
  return flashboot === false ? name : name.replace(/(?:-fb)+$/, '');
}

function readList(module: PythonModule, node: SyntaxNode | undefined, lookup: Lookup): DeclaredList {
  if (!node) return { items: [] };
  const { items, computed } = listItems(module, node, lookup);
  const texts = items.flatMap((item) =>
    typeof item.value === 'string' ? [{ requirement: item.value, line: lineOf(module, item.node) }] : [],
  );
  const strange = computed ?? items.find((item) => typeof item.value !== 'string')?.node;
  return strange ? { items: texts, computedAt: lineOf(module, strange) } : { items: texts };
}
