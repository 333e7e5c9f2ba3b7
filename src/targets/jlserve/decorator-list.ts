import type { SyntaxNode } from '@lezer/common';
import type { Problem } from '../../errors.ts';
import { constantsOf, plainAssignment } from '../../project/python/constants.ts';
import { readImport } from '../../project/python/imports.ts';
import type { Lookup } from '../../project/python/literal.ts';
import { callArguments, children, textOf } from '../../project/python/nodes.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import { isStarred } from '../../project/python/stars.ts';
import type { AppClass } from './app-class.ts';
import { fold } from './fold.ts';
import { usesReflection } from './reflection.ts';
import type { RequirementEntry } from '../../project/requirement-sources/entries.ts';

export interface DecoratorArguments {
  /** Undefined when it is computed. */
  readonly name: string | undefined;
  readonly requirements: readonly RequirementEntry[];
  /** Line of the list, or of the decorator. */
  readonly line: number;
  readonly problems: readonly Problem[];
}

/**
 * Reads what `jlserve.app(…)` is given. A list that only running the module can tell is an
 * error at the line of the part in question, never an empty list.
 */
export function readDecoratorArguments(
  module: PythonModule,
  app: AppClass,
  lookup: Lookup,
): DecoratorArguments {
  const { keywords, positional, spread } = callArguments(module, app.call);
  // In the tree of a repaired source a star is a space.
  const from = positional.findIndex((node) => isStarred(module, node));
  const plain = from < 0 ? positional : positional.slice(0, from);
  const anything = spread ?? positional[from];
  const list = keywords.get('requirements') ?? (isBefore(anything, plain[1]) ? undefined : plain[1]);
  const name = keywords.get('name') ?? (isBefore(anything, plain[0]) ? undefined : plain[0]);
  const line = lineOf(module, list ?? app.at);
  const misspelt = [...keywords.keys()].find(
    (each) => each !== 'requirements' && /requir|depend/i.test(each),
  );
  const shown = { name: readName(module, app, lookup, name, anything !== undefined), line };
  if (misspelt !== undefined) {
    return { ...shown, requirements: [], problems: [unexpected(module, app, misspelt)] };
  }
  if (list) return { ...shown, ...readList(module, list, lookup) };
  if (!anything) return { ...shown, requirements: [], problems: [] };
  return { ...shown, requirements: [], problems: [computed(module, anything)] };
}

/** Said here, as the import that would say it comes after the installation. */
function unexpected(module: PythonModule, app: AppClass, keyword: string): Problem {
  return {
    code: 'REQUIREMENTS_INVALID',
    message: `jlserve.app() got an unexpected keyword argument '${keyword}'`,
    hint: 'write @jlserve.app(requirements=[…])',
    location: { file: module.file, line: lineOf(module, app.at) },
  };
}

/** After `*args` an argument's place is unknown. */
function isBefore(
  a: { readonly from: number } | undefined,
  b: { readonly from: number } | undefined,
): boolean {
  return a !== undefined && b !== undefined && a.from < b.from;
}

function readName(
  module: PythonModule,
  app: AppClass,
  lookup: Lookup,
  node: SyntaxNode | undefined,
  unknown: boolean,
): string | undefined {
  if (!node) return unknown ? undefined : app.name;
  const value = fold(module, node, lookup);
  // `name if name else cls.__name__`
  if (value.kind === 'str') return value.value === '' ? app.name : value.value;
  return value.kind === 'NoneType' ? app.name : undefined;
}

function readList(
  module: PythonModule,
  node: SyntaxNode,
  lookup: Lookup,
): Pick<DecoratorArguments, 'requirements' | 'problems'> {
  const list = fold(module, node, lookup);
  if (list.kind === 'NoneType') return { requirements: [], problems: [] };
  if (list.kind === 'computed') return { requirements: [], problems: [computed(module, list.node)] };
  const invalid = (message: string, at: { readonly from: number }): Problem => ({
    code: 'REQUIREMENTS_INVALID',
    message,
    hint: 'write a list of strings: requirements=["torch>=2", "numpy"]',
    location: { file: module.file, line: lineOf(module, at) },
  });
  if (list.kind !== 'list') {
    return { requirements: [], problems: [invalid(`requirements must be a list, got ${list.kind}`, node)] };
  }
  const requirements: RequirementEntry[] = [];
  const problems: Problem[] = [];
  for (const [index, item] of list.items.entries()) {
    if (item.kind === 'computed') problems.push(computed(module, item.node));
    else if (item.kind !== 'str') {
      problems.push(invalid(`requirements[${index}] must be a string, got ${item.kind}`, item.node));
    } else if (item.value.trim() === '') {
      problems.push(invalid(`requirements[${index}] must be a non-empty string`, item.node));
    } else {
      const line = lineOf(module, item.node);
      requirements.push({ requirement: item.value.trim(), file: module.file, line });
    }
  }
  return { requirements, problems };
}

function computed(module: PythonModule, node: { readonly from: number; readonly to: number }): Problem {
  const line = lineOf(module, node);
  const text = module.source.slice(node.from, node.to).replace(/\s+/g, ' ');
  const part = text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
  return {
    code: 'REQUIREMENTS_INVALID',
    message: `requirements of @jlserve.app must be a list that can be read without running the file, which ${part} is not`,
    hint: 'write the list out, name it as a constant of this file, or move it to requirements.txt',
    location: { file: module.file, line },
  };
}

/**
 * The constants of a module as they are where the app's decorator runs.
 * @param isLocal whether a module that is imported lies in the project: its `import *` may
 *   bind any name
 */
export function constantsBefore(
  module: PythonModule,
  app: AppClass,
  isLocal: (module: string) => boolean,
): Lookup {
  const aliases = aliasesOf(module);
  const lookup = constantsOf(
    module,
    (node) => node.parent?.from === app.call.from || aliases.some((alias) => alias.value.from === node.from),
  );
  let doubtful = usesReflection(module);
  module.tree.iterate({
    enter: ({ node }) => {
      if (node.name !== 'ImportStatement') return !doubtful;
      const { source = '', names } = readImport(module, node);
      doubtful ||= names.some((each) => each.name === '*') && isLocal(source);
      return false;
    },
  });
  // Through an alias a list may be changed: it must be a constant too.
  const isConstant = (name: string, depth: number): boolean =>
    depth < MOST_ALIASES &&
    lookup(name) !== undefined &&
    aliases.every((alias) => alias.of !== name || isConstant(alias.name, depth + 1));
  return (name) => {
    const bound = doubtful || !isConstant(name, 0) ? undefined : lookup(name);
    return bound && bound.from < app.at.from ? bound : undefined;
  };
}

const MOST_ALIASES = 10;

/** `NAME = OTHER` at the top level. */
function aliasesOf(module: PythonModule): { name: string; of: string; value: SyntaxNode }[] {
  return children(module.tree.topNode).flatMap((statement) => {
    const binding = plainAssignment(module, statement);
    if (binding?.value.name !== 'VariableName') return [];
    return [{ name: binding.name, of: textOf(module, binding.value), value: binding.value }];
  });
}
