import type { SyntaxNode } from '@lezer/common';
import type { BuildPlan } from '../../plan/schema.ts';
import { readImport } from '../../project/python/imports.ts';
import { children } from '../../project/python/nodes.ts';
import { parsePython, type PythonModule } from '../../project/python/parse.ts';
import type { ClassView } from './app-endpoints.ts';
import type { Member } from './class-body.ts';

export type TextEdit = Readonly<NonNullable<BuildPlan['outlines']>['files'][string][number]>;

/** A method whose body only the server runs. */
interface Left {
  readonly name: string;
  /** Of the whole statement, with its decorators. */
  readonly from: number;
  readonly edit: TextEdit;
}

/** Says where it comes from, should it ever be run. */
const REASON = '"this body is not part of the outline"';

/** What runs when a class is made, or an instance of it; and what the weights are made by. */
const RUN = /^(?:__\w+__|download_weights)$/;

/**
 * The app's file without the bodies of the methods that only its server runs: neither the
 * import, nor the checks of the class, nor the download of the weights can tell the difference.
 * A method that anything else names stays, and all do where names may be made up at run time.
 * Lines keep their numbers.
 * @returns edits in order; none when nothing can be left out
 */
export function outlineOf(view: ClassView): readonly TextEdit[] {
  const { module, body } = view;
  if (body.open || declaresEncoding(module.source)) return [];
  const imported = importedNames(module);
  let left = [...body.members].flatMap(([name, member]) => leftOut(module, name, member, imported));
  left.sort((a, b) => a.from - b.from);
  // What names a method may itself have been left out: that shows when all has been.
  for (;;) {
    const named = left.filter((method) => isNamed(module, left, method));
    if (named.length === 0) break;
    left = left.filter((method) => !named.includes(method));
  }
  const edits = left.map(({ edit }) => edit);
  const outline = parsePython(applied(module.source, edits), module.file);
  return outline.problem === undefined ? edits : [];
}

/** Names that an import binds, anywhere in the file. */
function importedNames(module: PythonModule): ReadonlySet<string> {
  const found = new Set<string>();
  module.tree.iterate({
    enter: ({ node }) => {
      if (node.name !== 'ImportStatement') return true;
      const { source, names } = readImport(module, node);
      for (const { name, alias } of names) {
        found.add(alias ?? (source === undefined ? (name.split('.')[0] ?? name) : name));
      }
      return false;
    },
  });
  return found;
}

function leftOut(module: PythonModule, name: string, member: Member, imported: ReadonlySet<string>): Left[] {
  if (member.kind !== 'function' || member.conditional || RUN.test(name) || !/^\w+$/.test(name)) return [];
  const plain = member.decorators.every(
    ({ meaning }) => meaning?.kind === 'endpoint' || meaning?.kind === 'endpoint-call',
  );
  const { definition } = member;
  const edit =
    plain && definition.firstChild?.name === 'def' ? editOf(module, definition, imported) : undefined;
  const first = member.decorators[0]?.node ?? definition;
  return edit ? [{ name, from: first.from, edit }] : [];
}

/**
 * Everything but the docstring, which the OpenAPI document shows. What is imported for the body
 * stays named: an import that nothing names is taken for one that is there for its effects.
 */
function editOf(
  module: PythonModule,
  definition: SyntaxNode,
  imported: ReadonlySet<string>,
): TextEdit | undefined {
  const body = definition.getChild('Body');
  const statements = body ? children(body).filter(({ name }) => !/^(?::|;|Comment)$/.test(name)) : [];
  const [first] = statements;
  const documented =
    first?.name === 'ExpressionStatement' && first.firstChild?.name.endsWith('String') ? 1 : 0;
  const from = statements[documented]?.from;
  const to = statements.at(-1)?.to;
  if (from === undefined || to === undefined) return undefined;
  const text = module.source.slice(from, to).trimEnd();
  // A body says what kind of function it is, and which packages must be there.
  if (/\b(?:import|yield|await|nonlocal|__class__|super)\b/.test(text)) return undefined;
  const breaks = text.match(/\r\n|\r|\n/g) ?? [];
  const words = text.match(/[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}]*/gu) ?? [];
  const names = [...new Set(words.filter((word) => imported.has(word)))].toSorted();
  const stub = `raise NotImplementedError(${[REASON, ...names].join(', ')})`;
  return { from, to: from + text.length, text: `${stub}${breaks.join('')}` };
}

/** Whether a method is named anywhere but in its own statement, in comments and strings too. */
function isNamed({ source }: PythonModule, left: readonly Left[], { name, from, edit }: Left): boolean {
  const others = left.map((method) => method.edit).filter(({ to }) => to <= from || to > edit.to);
  const before = applied(
    source.slice(0, from),
    others.filter(({ to }) => to <= from),
  );
  const after = others
    .filter(({ to }) => to > edit.to)
    .map((each) => ({ ...each, from: each.from - edit.to, to: each.to - edit.to }));
  const text = `${before}\n${applied(source.slice(edit.to), after)}`;
  return new RegExp(`\\b${name}\\b`).test(text);
}

function applied(text: string, edits: readonly TextEdit[]): string {
  let at = 0;
  let result = '';
  for (const edit of edits) {
    result += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return result + text.slice(at);
}

/** An outline is written as UTF-8. */
function declaresEncoding(source: string): boolean {
  return /^(?:[^\n]*\n)?[ \t\f]*#.*coding[:=]/.test(source) || source.startsWith('\uFEFF');
}
