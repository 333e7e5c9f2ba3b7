import type { SyntaxNode } from '@lezer/common';
import { plainAssignment } from '../../project/python/constants.ts';
import { assignedNames, definedName, definitionOf } from '../../project/python/definitions.ts';
import { splitByComma, textOf, unwrap } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import type { Meaning, Names } from './names.ts';

/** `class Demo:`, `class Demo():` and `class Demo(object):` have none. */
export function hasBases(module: PythonModule, definition: SyntaxNode): boolean {
  const list = definition.getChild('ArgList');
  return (list ? splitByComma(list) : []).some(
    (parts) => parts.length !== 1 || !parts[0] || textOf(module, parts[0]) !== 'object',
  );
}

/** Takes in what a statement does to the names of its scope. */
export function takeIn(
  module: PythonModule,
  names: Names,
  statement: SyntaxNode,
  conditional: boolean,
): void {
  const definition = definitionOf(statement);
  if (definition) names.bind(definedName(module, definition), undefined, conditional);
  else if (statement.name === 'ImportStatement') names.import(statement, conditional);
  else if (statement.name === 'AssignStatement') {
    const binding = plainAssignment(module, statement);
    if (binding) names.bind(binding.name, valueMeaning(names, binding.value), conditional);
    else for (const name of assignedNames(module, statement)) names.bind(name, undefined, conditional);
  }
}

/** `serve = jlserve.app`, `serve = jlserve.app(…)` */
function valueMeaning(names: Names, expression: SyntaxNode): Meaning | undefined {
  const value = unwrap(expression);
  if (value.name !== 'CallExpression') return names.meaningOfExpression(value);
  const call = value.getChild('ArgList');
  const callee = value.firstChild && names.meaningOfExpression(unwrap(value.firstChild));
  if (!call || (callee?.kind !== 'app' && callee?.kind !== 'endpoint')) return undefined;
  return { kind: `${callee.kind}-call`, call };
}
