import type { SyntaxNode } from '@lezer/common';
import { definedName } from '../../project/python/definitions.ts';
import { readImport } from '../../project/python/imports.ts';
import { children, textOf } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { hasBases } from './scope.ts';

/** What the names of a module may be bound to, where that is plain to see. */
export interface ModuleBindings {
  /** True when nothing but Python itself gives the name its meaning. */
  isBuiltin(name: string): boolean;
  /** The name in `typing` that it was imported as, and never bound to anything else. */
  typingName(name: string): string | undefined;
  /** True for an import of the module `typing` under this name. */
  isTyping(name: string): boolean;
  /** A class at the top level without bases and decorators, and the name's only binding. */
  isPlainClass(name: string): boolean;
  /** A class at the top level, with bases or without, and the name's only binding. */
  isOwnClass(name: string): boolean;
}

const TYPING = /^(?:typing|typing_extensions)$/;
/** Modules whose `import *` brings no name that builtins have. */
const HARMLESS_STAR = /^(?:typing|pydantic|jlserve|dataclasses|enum|pathlib|math|collections)$/;

export function bindingsOf(module: PythonModule): ModuleBindings {
  const counts = new Map<string, number>();
  const typing = new Map<string, string>();
  const modules = new Set<string>();
  const classes = new Set<string>();
  const plain = new Set<string>();
  let anything = false;
  const bind = (name: string): void => {
    const key = name.normalize('NFKC');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const node of children(module.tree.topNode)) {
    if (node.name !== 'ClassDefinition') continue;
    classes.add(definedName(module, node));
    if (!hasBases(module, node)) plain.add(definedName(module, node));
  }
  module.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'ImportStatement') {
        const { source, names } = readImport(module, node);
        for (const { name, alias } of names) {
          if (name === '*') anything ||= !HARMLESS_STAR.test(source ?? '');
          bind(alias ?? (source === undefined ? (name.split('.')[0] ?? name) : name));
          if (source === undefined && TYPING.test(name)) modules.add(alias ?? name);
          if (source !== undefined && TYPING.test(source)) typing.set(alias ?? name, name);
        }
        return false;
      }
      if (node.name === 'VariableName' && binds(node)) bind(textOf(module, node));
      return true;
    },
  });
  const once = (name: string): boolean => !anything && counts.get(name) === 1;
  return {
    isBuiltin: (name) => !anything && !counts.has(name),
    typingName: (name) => (once(name) ? typing.get(name) : undefined),
    isTyping: (name) => once(name) && modules.has(name),
    isPlainClass: (name) => once(name) && plain.has(name),
    isOwnClass: (name) => once(name) && classes.has(name),
  };
}

/** Whether a name may be bound here. Rather once too often: what is doubtful is left alone. */
function binds(node: SyntaxNode): boolean {
  let child = node;
  while (child.parent && /^(?:Tuple|Array|Parenthesized)Expression$/.test(child.parent.name)) {
    child = child.parent;
  }
  const { parent } = child;
  switch (parent?.name) {
    case 'AssignStatement':
      return child.from !== parent.lastChild?.from;
    case 'ForStatement':
    case 'WithStatement':
    case 'TryStatement':
    case 'ScopeStatement':
    case 'DeleteStatement':
    case 'UpdateStatement':
    case 'NamedExpression':
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'TypeDefinition':
    case 'TypeParam':
    case 'TypeParamList':
    case 'CapturePattern':
    case 'AsPattern':
    case 'StarPattern':
    case 'MappingPattern':
      return true;
    case 'BinaryExpression':
      // `:=` and `with … as` of a repaired source are comparisons in its tree.
      return parent.firstChild?.from === child.from || parent.lastChild?.from === child.from
        ? parent.getChild('CompareOp') !== null
        : false;
    default:
      return false;
  }
}
