import type { SyntaxNode } from '@lezer/common';
import { children, dottedName, splitByComma, textOf, unwrap } from '../../project/python/nodes.ts';
import { parsePython, type PythonModule } from '../../project/python/parse.ts';
import { stringValue } from '../../project/python/string-literal.ts';
import type { ModuleBindings } from './module-bindings.ts';

const BUILTIN_TYPES =
  /^(?:bool|bytearray|bytes|complex|dict|float|frozenset|int|list|memoryview|object|range|set|slice|str|tuple|type)$/;
const BUILTIN_GENERICS = /^(?:dict|frozenset|list|set|tuple|type)$/;
/** These, with or without brackets, never give a class of the user's. */
const TYPING_NAMES =
  /^(?:Any|Callable|Dict|FrozenSet|Generator|Hashable|Iterable|Iterator|List|Literal|Mapping|NoReturn|Optional|Sequence|Set|Text|Tuple)$/;

/** jlserve's own loader gives the app's module this name. */
const MODULE_NAME = 'user_module';

/**
 * What Python would print for a type hint that is surely no pydantic model.
 * @returns undefined when it may be one, for all that can be seen here
 */
export function notAModel(
  module: PythonModule,
  hint: SyntaxNode,
  bindings: ModuleBindings,
): string | undefined {
  const node = unwrap(hint);
  switch (node.name) {
    case 'None':
      return "<class 'NoneType'>";
    case 'String':
      return quoted(stringValue(textOf(module, node)), bindings);
    case 'VariableName':
      return named(textOf(module, node).normalize('NFKC'), bindings);
    case 'MemberExpression':
      return member(module, node, bindings);
    case 'BinaryExpression':
      return union(module, node, bindings);
    default:
      return undefined;
  }
}

/** `"Input"`: a hint as text says what it would say without the quotes. */
function quoted(text: string | undefined, bindings: ModuleBindings): string | undefined {
  if (text === undefined) return undefined;
  const inner = parsePython(`(${text})`, '');
  const [statement, more] = children(inner.tree.topNode);
  const expression = statement?.name === 'ExpressionStatement' && !more ? statement.firstChild : undefined;
  return expression && !inner.problem ? notAModel(inner, expression, bindings) : undefined;
}

function named(name: string, bindings: ModuleBindings): string | undefined {
  if (BUILTIN_TYPES.test(name) && bindings.isBuiltin(name)) return `<class '${name}'>`;
  if (name === 'any' && bindings.isBuiltin(name)) return '<built-in function any>';
  const typing = bindings.typingName(name);
  if (typing === 'Text') return "<class 'str'>";
  if (typing !== undefined && TYPING_NAMES.test(typing)) return `typing.${typing}`;
  return bindings.isPlainClass(name) ? `<class '${MODULE_NAME}.${name}'>` : undefined;
}

/** `typing.Any`, `list[str]`, `Optional[Input]`; `a.b` of anything else may be a model. */
function member(module: PythonModule, node: SyntaxNode, bindings: ModuleBindings): string | undefined {
  const parts = children(node).filter((each) => each.name !== 'Comment');
  const [object, open] = parts;
  if (open?.name !== '[' || !object) {
    const typing = typingMember(module, node, bindings);
    return typing && `typing.${typing}`;
  }
  const args = subscripts(parts.slice(2, -1)).map((arg) => shownArgument(module, arg, bindings));
  const list = `[${args.join(', ')}]`;
  const name = object.name === 'VariableName' ? textOf(module, object) : '';
  if (BUILTIN_GENERICS.test(name) && bindings.isBuiltin(name)) return `${name}${list}`;
  const typing = typingMember(module, object, bindings);
  return typing === undefined ? undefined : `typing.${typing}${list}`;
}

function typingMember(module: PythonModule, node: SyntaxNode, bindings: ModuleBindings): string | undefined {
  const [first = '', second, more] = dottedName(module, node) ?? [];
  const isMember = second !== undefined && more === undefined && bindings.isTyping(first);
  const name = isMember ? second : second === undefined ? bindings.typingName(first) : undefined;
  return name !== undefined && TYPING_NAMES.test(name) ? name : undefined;
}

/** `X | None`, `str | int`: with one side that is no class of the user's, it is a union. */
function union(module: PythonModule, node: SyntaxNode, bindings: ModuleBindings): string | undefined {
  const [left, operator, right] = children(node).filter((each) => each.name !== 'Comment');
  if (!left || !right || !operator || textOf(module, operator) !== '|') return undefined;
  // Each side is looked at once: unions nest to the left.
  const sides = [left, right].map((side) => ({ side, shown: notAModel(module, side, bindings) }));
  if (sides.every(({ shown }) => shown === undefined)) return undefined;
  return sides.map(({ side, shown }) => within(shown) ?? written(module, [side], bindings)).join(' | ');
}

function subscripts(nodes: readonly SyntaxNode[]): SyntaxNode[][] {
  const [only, more] = nodes;
  if (only?.name === 'TupleExpression' && !more) return splitByComma(only);
  const groups: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === ',') groups.push([]);
    else groups.at(-1)?.push(node);
  }
  return groups.filter((group) => group.length > 0);
}

function shownArgument(module: PythonModule, nodes: readonly SyntaxNode[], bindings: ModuleBindings): string {
  const [only, ...more] = nodes;
  const shown = only && more.length === 0 ? notAModel(module, only, bindings) : undefined;
  return within(shown) ?? written(module, nodes, bindings);
}

/** Within brackets and unions a class is shown by its name. */
function within(shown: string | undefined): string | undefined {
  return shown === "<class 'NoneType'>" ? 'None' : shown?.replace(/^<class '(.*)'>$/, '$1');
}

/** What is not known here is shown as it is written; a class of the module with the module's name. */
function written(module: PythonModule, nodes: readonly SyntaxNode[], bindings: ModuleBindings): string {
  const [first] = nodes;
  const text = module.source.slice(first?.from ?? 0, nodes.at(-1)?.to ?? 0).replace(/\s+/g, ' ');
  // A name in quotes is looked up; any other string is `Literal`'s.
  const name = /^(["']?)(\w+)\1$/.exec(text)?.[2] ?? '';
  if (bindings.isOwnClass(name)) return `${MODULE_NAME}.${name}`;
  return text.replace(/^"([^"'\\]*)"$/, "'$1'");
}
