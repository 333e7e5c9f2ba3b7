import type { SyntaxNode } from '@lezer/common';
import { expect, test } from 'vitest';
import { readDecorator } from '../../../src/project/python/decorators.ts';
import { readImport } from '../../../src/project/python/imports.ts';
import { textOf } from '../../../src/project/python/nodes.ts';
import { parametersOf } from '../../../src/project/python/parameters.ts';
import { parsePython } from '../../../src/project/python/parse.ts';
import { runStatements } from '../../../src/project/python/statements.ts';

/** Makes the parser fall back on a repaired text, whose tree lacks stars and templates. */
const ODD = 'odd = [(yield)]\nwith a as b.c: pass\n';

function first(source: string, name: string) {
  const module = parsePython(source, 'm.py');
  expect(module.problem).toBeUndefined();
  let found: SyntaxNode | undefined;
  module.tree.iterate({
    enter: ({ node }) => {
      if (node.name === name) found ??= node;
    },
  });
  if (!found) throw new Error(`no ${name}`);
  return { module, node: found };
}

test.each<[string, string[]]>([
  ['', []],
  ['self', ['self']],
  ['self, x: In', ['self', 'x:In']],
  ['self, /, x: In', ['self', 'x:In']],
  ['self, x, /', ['self', 'x']],
  ['*, x', ['keyword x']],
  ['*args, x=1', ['args args', 'keyword x=']],
  ['* args: A, ** kw: B', ['args args:A', 'kwargs kw:B']],
  ['x: "a, b" = "*, /", y={1: 2}', ['x:"a, b"=', 'y=']],
  ['x: dict[str, int], y=f(1, *z, **w)', ['x:dict[str, int]', 'y=']],
  ['x=lambda a, *b: a, y=2', ['x=', 'y=']],
  ['self,  # *, /\n x,\n  # y\n *, z,\n', ['self', 'x', 'keyword z']],
  ['self, \\\n x', ['self', 'x']],
  ['ﬁ', ['fi']],
])('parameters (%s)', (list, expected) => {
  for (const before of ['', ODD]) {
    const { module, node } = first(`${before}def f(${list}): pass\n`, 'FunctionDefinition');
    const shown = parametersOf(module, node).map(({ name, kind, hint, hasDefault }) =>
      [
        kind === 'positional' ? '' : `${kind} `,
        name,
        hint ? `:${textOf(module, hint)}` : '',
        hasDefault ? '=' : '',
      ].join(''),
    );
    expect(shown).toEqual(expected);
  }
});

test.each<[string, string | undefined, string?]>([
  ['@a', 'a'],
  ['@a.b.c', 'a.b.c'],
  ['@a.b()', 'a.b', '()'],
  ['@ a . b ( x, y = 1 )  # c', 'a.b', '( x, y = 1 )'],
  ['@(a.b)(x)', 'a.b', '(x)'],
  ['@(a.b(x))', 'a.b', '(x)'],
  ['@((a))', 'a'],
  ['@(\n  a\n  .b(1)\n)', 'a.b', '(1)'],
  ['@a[0]', undefined],
  ['@a()[0]', undefined],
  ['@a()()', undefined],
  ['@a().b', undefined],
  ['@a if b else c', undefined],
  ['@(a := b)', undefined],
  ['@lambda f: f', undefined],
])('the decorator %s', (text, parts, call) => {
  for (const before of ['', ODD]) {
    const { module, node } = first(`${before}class A:\n    ${text}\n    def f(): pass\n`, 'Decorator');
    const decorator = readDecorator(module, node);
    expect(decorator.parts?.join('.')).toBe(parts);
    expect(decorator.call && textOf(module, decorator.call)).toBe(call);
  }
});

test.each<[string, object]>([
  ['import a', { names: [{ name: 'a' }] }],
  ['import a.b as c, d', { names: [{ name: 'a.b', alias: 'c' }, { name: 'd' }] }],
  [
    'from a.b import (c as d,  # e\n  f,\n)',
    { source: 'a.b', names: [{ name: 'c', alias: 'd' }, { name: 'f' }] },
  ],
  ['from . import a', { source: '.', names: [{ name: 'a' }] }],
  ['from ...a import *', { source: '...a', names: [{ name: '*' }] }],
])('%s', (text, expected) => {
  const { module, node } = first(`${text}\n`, 'ImportStatement');
  expect(readImport(module, node)).toEqual(expected);
});

test('the statements that an import runs', () => {
  const source = `a = 1; b = 2
if x:
    c = 3
elif y: d = 4
else:
    with z: e = 5
with z:
    f = 6
try:
    g = 7
except E:
    h = 8
for i in j:
    k = 9
match m:
    case 1: l = 10
if __name__ == "__main__":
    no = 1
if TYPE_CHECKING:
    no = 2
else:
    n = 11
def no():
    no = 3
`;
  const module = parsePython(source, 'm.py');
  const shown = [...runStatements(module, module.tree.topNode)]
    .filter(({ node }) => node.name === 'AssignStatement')
    .map(({ node, conditional }) => `${textOf(module, node)}${conditional ? '?' : ''}`);
  expect(shown.join(', ')).toBe(
    'a = 1, b = 2, c = 3?, d = 4?, e = 5?, f = 6, g = 7?, h = 8?, k = 9?, l = 10?, n = 11?',
  );
});
