import type { SyntaxNode } from '@lezer/common';
import { children, textOf } from '../../project/python/nodes.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import type { EndpointFunction } from './endpoint-types.ts';

/** Reads a `FunctionDefinition` or `ClassDefinition`. */
export function readFunction(module: PythonModule, node: SyntaxNode): EndpointFunction {
  const name = nameOf(module, node);
  const line = lineOf(module, node);
  if (node.name === 'FunctionDefinition') {
    return { name, line, isAsync: node.firstChild?.name === 'async', isClass: false };
  }
  const methods = publicMethods(module, node);
  return {
    name,
    line,
    isAsync: methods.some((method) => method.isAsync),
    isClass: true,
    methods: methods.map((method) => method.name),
  };
}

export function nameOf(module: PythonModule, definition: SyntaxNode): string {
  const name = definition.getChild('VariableName');
  return name ? textOf(module, name) : '';
}

/** These leave no plain function in the class. */
const NOT_METHODS =
  /^(?:staticmethod|classmethod|property|(?:functools\.)?cached_property|\w+\.(?:setter|deleter|getter))$/;

/** As the SDK counts them: functions of the class itself whose names start without `_`. */
function publicMethods(
  module: PythonModule,
  definition: SyntaxNode,
): { readonly name: string; readonly isAsync: boolean }[] {
  const body = definition.getChild('Body');
  const found = new Map<string, boolean>();
  for (const statement of body ? children(body) : []) {
    const method =
      statement.name === 'DecoratedStatement' ? statement.getChild('FunctionDefinition') : statement;
    if (method?.name !== 'FunctionDefinition') continue;
    const name = nameOf(module, method);
    const hidden = statement
      .getChildren('Decorator')
      .some((decorator) => NOT_METHODS.test(textOf(module, decorator).replace(/^@\s*|\s+$/g, '')));
    if (hidden) found.delete(name);
    else if (!name.startsWith('_')) found.set(name, method.firstChild?.name === 'async');
  }
  return Array.from(found, ([name, isAsync]) => ({ name, isAsync }));
}
