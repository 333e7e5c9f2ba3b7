import type { SyntaxNode } from '@lezer/common';
import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import { hasIgnoredFile } from '../../project/ignored-file.ts';
import { readImport } from '../../project/python/imports.ts';
import { textOf } from '../../project/python/nodes.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import type { ProjectTree } from '../../project/tree.ts';

interface LocalImport {
  /** Of the ignored module. */
  readonly file: string;
  readonly importer: string;
  readonly line: number;
}

/**
 * Imports, in modules that are shipped, of modules that are there but that the ignore rules
 * leave out: on the worker they would fail. An import in a `try` may do so.
 */
export function checkIgnoredImports(tree: ProjectTree, modules: readonly PythonModule[]): Problem[] {
  const present = new Set(tree.files.map((file) => file.path));
  const found = modules.flatMap((module) => ignoredImports(tree, present, module));
  const [first] = found;
  if (!first) return [];
  const byFile = new Map(found.toReversed().map((each) => [each.file, each]));
  const listing = [...byFile.values()]
    .map(({ file, importer, line }) => `  ${file} (imported by ${importer}:${line})`)
    .sort();
  return [
    {
      code: 'FLASH_IGNORED_IMPORT',
      message: `Shipped code imports local modules that the build ignore rules (.gitignore or built-in defaults) exclude:\n${listing.join('\n')}`,
      hint: 'move the module out of the ignored place, remove the pattern from .gitignore, or stop importing it',
      location: { file: first.importer, line: first.line },
    },
  ];
}

function ignoredImports(
  tree: ProjectTree,
  present: ReadonlySet<string>,
  module: PythonModule,
): LocalImport[] {
  const found: LocalImport[] = [];
  module.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'TryStatement' || isTypeChecking(module, node)) return false;
      if (node.name !== 'ImportStatement') return true;
      for (const candidates of candidateFiles(module, node)) {
        if (candidates.some((file) => present.has(file))) continue;
        const file = candidates.find((each) => hasIgnoredFile(tree, each));
        if (file) found.push({ file, importer: module.file, line: lineOf(module, node) });
      }
      return false;
    },
  });
  return found;
}

function isTypeChecking(module: PythonModule, node: SyntaxNode): boolean {
  const condition = node.name === 'IfStatement' ? node.firstChild?.nextSibling : undefined;
  return condition ? /^(?:\w+\.)?TYPE_CHECKING$/.test(textOf(module, condition)) : false;
}

/** For each module that a statement loads: the files that it could be, as Python looks. */
function* candidateFiles(module: PythonModule, statement: SyntaxNode): Generator<string[]> {
  const { source, names } = readImport(module, statement);
  if (source === undefined) {
    for (const { name } of names) yield asFiles(name.split('.').join('/'));
    return;
  }
  const dots = /^\.*/.exec(source)?.[0].length ?? 0;
  const base = dots === 0 ? '' : posix.join(posix.dirname(module.file), '../'.repeat(dots - 1));
  if (base.startsWith('..')) return;
  const path = posix.join(base, source.slice(dots).split('.').join('/'));
  if (source.length > dots) yield asFiles(path);
  // `from package import name`: a module of the package, unless it is one of its values.
  for (const { name } of names) if (name !== '*') yield asFiles(posix.join(path, name));
}

function asFiles(path: string): string[] {
  return [`${path}.py`, `${path}/__init__.py`];
}
