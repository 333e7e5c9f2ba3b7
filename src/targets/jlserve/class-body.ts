import type { SyntaxNode } from '@lezer/common';
import { plainAssignment } from '../../project/python/constants.ts';
import { readDecorator, type Decorator } from '../../project/python/decorators.ts';
import { assignedNames, definedName, definitionOf } from '../../project/python/definitions.ts';
import { readImport } from '../../project/python/imports.ts';
import { children, textOf, unwrap } from '../../project/python/nodes.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { runStatements } from '../../project/python/statements.ts';
import type { AppClass } from './app-class.ts';
import { Names, type Meaning } from './names.ts';
import { usesReflection } from './reflection.ts';
import { hasBases, takeIn } from './scope.ts';

export interface ReadDecorator extends Decorator {
  readonly meaning: Meaning | undefined;
}

/** What a name of the class stands for when its body has run. */
export type Member =
  | {
      readonly kind: 'function';
      readonly definition: SyntaxNode;
      /** Outermost first. */
      readonly decorators: readonly ReadDecorator[];
      readonly conditional: boolean;
    }
  | { readonly kind: 'value'; readonly node: SyntaxNode }
  | { readonly kind: 'unknown' };

export interface ClassBody {
  readonly members: ReadonlyMap<string, Member>;
  /** Base classes, decorators or code elsewhere may add members. */
  readonly open: boolean;
}

/** Reads what the body of an app's class defines. */
export function readClassBody(module: PythonModule, app: AppClass): ClassBody {
  const reader = new BodyReader(module, app.names);
  const body = app.definition.getChild('Body');
  if (body) {
    for (const { node, conditional } of runStatements(module, body)) reader.read(node, conditional);
  }
  const open = reader.open || app.decorated || hasBases(module, app.definition) || isTouched(module, app);
  return { members: reader.members, open };
}

class BodyReader implements ClassBody {
  readonly members = new Map<string, Member>();
  open = false;
  readonly #module: PythonModule;
  readonly #names: Names;

  constructor(module: PythonModule, outer: Names) {
    this.#module = module;
    this.#names = new Names(module, outer);
  }

  read(statement: SyntaxNode, conditional: boolean): void {
    const definition = definitionOf(statement);
    if (definition) {
      const name = definedName(this.#module, definition);
      this.#set(name, this.#defined(statement, definition, conditional), conditional);
    } else if (statement.name === 'AssignStatement') this.#assigned(statement, conditional);
    else if (statement.name === 'ImportStatement') {
      for (const { name, alias } of readImport(this.#module, statement).names) {
        this.#set(alias ?? name.split('.')[0] ?? name, { kind: 'unknown' }, conditional);
      }
    } else if (!isIdle(statement)) this.open = true;
    takeIn(this.#module, this.#names, statement, conditional);
  }

  #defined(statement: SyntaxNode, definition: SyntaxNode, conditional: boolean): Member {
    if (definition.name !== 'FunctionDefinition') return { kind: 'unknown' };
    const decorators = statement.getChildren('Decorator').map((node) => {
      const decorator = readDecorator(this.#module, node);
      return { ...decorator, meaning: decorator.parts && this.#names.meaningOf(decorator.parts) };
    });
    return { kind: 'function', definition, decorators, conditional };
  }

  #assigned(statement: SyntaxNode, conditional: boolean): void {
    const binding = plainAssignment(this.#module, statement);
    if (binding) {
      this.#set(binding.name, { kind: 'value', node: unwrap(binding.value) }, conditional);
    } else {
      const names = assignedNames(this.#module, statement);
      for (const name of names) this.#set(name, { kind: 'unknown' }, conditional);
      if (names.length === 0 && statement.getChild('AssignOp')) this.open = true;
    }
  }

  #set(name: string, member: Member, conditional: boolean): void {
    const sure = !conditional || member.kind === 'function';
    this.members.set(name.normalize('NFKC'), sure ? member : { kind: 'unknown' });
  }
}

/** Statements that define nothing: the docstring, `pass`, `...`. */
function isIdle(statement: SyntaxNode): boolean {
  if (statement.name === 'PassStatement') return true;
  return (
    statement.name === 'ExpressionStatement' &&
    /^(?:String|ContinuedString|Ellipsis|Number|None)$/.test(statement.firstChild?.name ?? '')
  );
}

/** Whether code outside the class may change it: `setattr(Demo, …)`, `Demo.setup = …`. */
function isTouched(module: PythonModule, app: AppClass): boolean {
  if (usesReflection(module)) return true;
  const { from, to } = app.definition;
  let touched = false;
  module.tree.iterate({
    enter: ({ name, node }) => {
      if (touched || name !== 'VariableName' || (node.from >= from && node.to <= to)) return;
      if (textOf(module, node).normalize('NFKC') === app.name) touched = !leavesClassAlone(node);
    },
  });
  return touched;
}

function leavesClassAlone(node: SyntaxNode): boolean {
  const { parent } = node;
  if (!parent) return false;
  if (parent.name === 'CallExpression' || parent.name === 'TypeDef') return true;
  if (parent.name !== 'MemberExpression') return false;
  // `Demo.setup` is read, unless it is what an assignment or a `del` names.
  const statement = parent.parent;
  return !(
    !statement ||
    /^(?:Update|Delete)Statement$/.test(statement.name) ||
    (statement.name === 'AssignStatement' && children(statement).at(-1)?.from !== parent.from) ||
    /^(?:Tuple|Array)Expression$/.test(statement.name)
  );
}
