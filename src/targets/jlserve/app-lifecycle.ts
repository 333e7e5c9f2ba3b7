import type { SyntaxNode } from '@lezer/common';
import type { Problem } from '../../errors.ts';
import { hintOf, parametersOf } from '../../project/python/parameters.ts';
import { lineOf } from '../../project/python/parse.ts';
import type { ClassView } from './app-endpoints.ts';
import { fold } from './fold.ts';
import { notAModel } from './hints.ts';

const METHODS = ['setup', 'download_weights'] as const;

/** What is surely wrong with `setup()` and `download_weights()`. */
export function checkLifecycle(view: ClassView): Problem[] {
  return METHODS.flatMap((name) => checkMethod(view, name));
}

function checkMethod(view: ClassView, name: string): Problem[] {
  const { module, app, body } = view;
  const invalid = (message: string, hint: string, node: SyntaxNode = app.definition): Problem => ({
    code: 'JLSERVE_LIFECYCLE_INVALID',
    message,
    hint,
    location: { file: module.file, line: lineOf(module, node) },
  });
  const signature = `def ${name}(self) -> None:`;
  const member = body.members.get(name);
  if (!member) {
    const doing =
      name === 'setup' ? 'loads the model' : 'downloads what setup() loads; it may do nothing: pass';
    return body.open
      ? []
      : [invalid(`App ${app.name} must define a ${name}() method`, `${signature}  # ${doing}`)];
  }
  if (member.kind === 'value') {
    const { kind } = fold(module, member.node, view.lookup);
    if (kind === 'computed') return [];
    return [invalid(`${name} must be a method in ${app.name}, got ${kind}`, signature, member.node)];
  }
  // Another decorator may make something else of it.
  if (member.kind === 'unknown' || member.conditional || member.decorators.length > 0) return [];
  const { definition } = member;
  const problems: Problem[] = [];
  const parameters = parametersOf(module, definition).map((each) => each.name);
  if (parameters.length !== 1) {
    const list = parameters.map((each) => `'${each}'`).join(', ');
    const message = `${name}() in ${app.name} must only accept 'self', got parameters: [${list}]`;
    problems.push(invalid(message, signature, definition));
  }
  const typeDef = definition.getChild('TypeDef');
  const hint = typeDef ? hintOf(typeDef) : undefined;
  const got = hint && notAModel(module, hint, view.bindings);
  if (got && !/^(?:<class 'NoneType'>|typing\.(?:Any|NoReturn|Optional\[None\])|None \| None)$/.test(got)) {
    problems.push(invalid(`${name}() in ${app.name} must return None, got ${got}`, signature, definition));
  }
  if (definition.firstChild?.name === 'async') {
    const message = `${name}() in ${app.name} must not be 'async def': jlserve calls it without awaiting it`;
    problems.push(invalid(message, `write ${signature} with asyncio.run(…) inside`, definition));
  }
  return problems;
}
