import type { SyntaxNode } from '@lezer/common';
import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import { readImport } from '../../project/python/imports.ts';
import { textOf } from '../../project/python/nodes.ts';
import { lineOf, type PythonModule } from '../../project/python/parse.ts';
import { isNeverTrue } from '../../project/python/statements.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { readModule } from './app-file.ts';

/** One import of something that is not part of the project. */
export interface ForeignImport {
  /** Its first part: `torch` of `import torch.nn`. */
  readonly module: string;
  readonly file: string;
  readonly line: number;
  /** Runs whenever the app is imported, and fails it when it fails. */
  readonly certain: boolean;
}

/**
 * The imports of an app and of the modules of the project that it imports, at the top level
 * and in functions. An import that may fail (`try`) and one that only type checkers see don't
 * count.
 * @param app its parsed file
 */
export function foreignImports(
  tree: ProjectTree,
  app: PythonModule,
): { readonly imports: readonly ForeignImport[]; readonly problems: readonly Problem[] } {
  const walk = new Walk(tree, posix.dirname(app.file));
  walk.take(app, true);
  return walk;
}

/** What stands in these may run later, not at all, or with its failure caught. */
const LATER = /^(?:(?:Function|Class)Definition|(?:For|While|With|Match)Statement)$/;

class Walk {
  readonly imports: ForeignImport[] = [];
  readonly problems: Problem[] = [];
  readonly #tree: ProjectTree;
  readonly #root: string;
  readonly #files: ReadonlySet<string>;
  readonly #folders: ReadonlySet<string>;
  readonly #seen = new Set<string>();

  constructor(tree: ProjectTree, root: string) {
    this.#tree = tree;
    this.#root = root;
    this.#files = new Set(tree.files.map((file) => file.path));
    this.#folders = foldersOf(this.#files);
  }

  take(module: PythonModule, certain: boolean): void {
    const open = [{ module, certain }];
    this.#seen.add(module.file);
    for (let next = open.shift(); next; next = open.shift()) {
      for (const found of this.#importsOf(next.module)) {
        const sure = next.certain && found.certain;
        const place = { file: next.module.file, line: found.line };
        const files = this.#filesOf(next.module, found);
        if (files === undefined) {
          const first = found.path.split('.')[0] ?? '';
          this.imports.push({ module: first, ...place, certain: sure });
          continue;
        }
        for (const file of files) {
          if (this.#seen.has(file)) continue;
          this.#seen.add(file);
          const read = readModule(this.#tree, file);
          if ('module' in read) open.push({ module: read.module, certain: sure });
          else if (sure && read.problem.code === 'PYTHON_SYNTAX') this.problems.push(read.problem);
        }
      }
    }
  }

  /** Dotted names that a module imports: of `from a import b` both `a` and, maybe, `a.b`. */
  #importsOf(module: PythonModule): FoundImport[] {
    const found: FoundImport[] = [];
    const visit = (node: SyntaxNode, certain: boolean): void => {
      for (let child = node.firstChild; child; child = child.nextSibling) {
        if (child.name === 'ImportStatement') found.push(...readNames(module, child, certain));
        else if (child.name === 'TryStatement') visitTry(child, certain);
        else if (child.name === 'IfStatement') visitIf(child);
        else if (!/(?:Expression|String)$/.test(child.name)) visit(child, certain && !LATER.test(child.name));
      }
    };
    // What is tried may fail; what stands in `except`, `else` and `finally` may not run.
    const visitTry = (node: SyntaxNode, certain: boolean): void => {
      const guarded = node.getChild('except') !== null;
      for (const [index, body] of node.getChildren('Body').entries()) {
        if (!guarded) visit(body, certain);
        else if (index > 0) visit(body, false);
      }
    };
    const visitIf = (node: SyntaxNode): void => {
      for (const body of node.getChildren('Body')) {
        const condition = body.prevSibling;
        if (!condition || !isNeverTrue(textOf(module, condition))) visit(body, false);
      }
    };
    visit(module.tree.topNode, true);
    return found;
  }

  /** @returns undefined for what is not of the project */
  #filesOf(module: PythonModule, { path, level, names }: FoundImport): string[] | undefined {
    const folder = posix.dirname(module.file);
    const base = level === 0 ? this.#root : posix.join(folder, '../'.repeat(level - 1));
    const parts = path === '' ? [] : path.split('.');
    const first = posix.join(base, parts[0] ?? '');
    if (level === 0 && !this.#isModule(first)) return undefined;
    const files: string[] = [];
    for (let count = 1; count <= parts.length; count += 1) {
      files.push(...this.#sources(posix.join(base, ...parts.slice(0, count))));
    }
    for (const name of names) files.push(...this.#sources(posix.join(base, ...parts, name)));
    return files;
  }

  #isModule(path: string): boolean {
    return this.#sources(path).length > 0 || this.#folders.has(path) || this.#files.has(`${path}.so`);
  }

  #sources(path: string): string[] {
    return [`${path}/__init__.py`, `${path}.py`].filter((file) => this.#files.has(file)).slice(0, 1);
  }
}

interface FoundImport {
  /** Without the dots in front. */
  readonly path: string;
  readonly level: number;
  /** After `from … import`: modules of the package, or its values. */
  readonly names: readonly string[];
  readonly line: number;
  readonly certain: boolean;
}

function readNames(module: PythonModule, statement: SyntaxNode, certain: boolean): FoundImport[] {
  const { source, names } = readImport(module, statement);
  const rest = { line: lineOf(module, statement), certain };
  if (source === undefined) return names.map(({ name }) => ({ path: name, level: 0, names: [], ...rest }));
  const level = /^\.*/.exec(source)?.[0].length ?? 0;
  return [{ path: source.slice(level), level, names: names.map(({ name }) => name), ...rest }];
}

/** Folders that hold a Python file or an extension module, at any depth below them. */
function foldersOf(files: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    if (!/\.(?:py|so)$/.test(file)) continue;
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) {
      if (found.has(folder)) break;
      found.add(folder);
    }
  }
  return found;
}
