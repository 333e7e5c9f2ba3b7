import { expect, test } from 'vitest';
import { constantsOf, plainAssignment } from '../../../src/project/python/constants.ts';
import { evaluate, listItems } from '../../../src/project/python/literal.ts';
import { children } from '../../../src/project/python/nodes.ts';
import { parsePython } from '../../../src/project/python/parse.ts';

/** The value of the last assignment of a module. */
function valueOf(source: string) {
  const module = parsePython(source, 'm.py');
  expect(module.problem).toBeUndefined();
  const last = children(module.tree.topNode).findLast((node) => node.name === 'AssignStatement');
  const binding = last && plainAssignment(module, last);
  if (!binding) throw new Error('no assignment');
  const lookup = constantsOf(module);
  const list = listItems(module, binding.value, lookup);
  return {
    value: evaluate(module, binding.value, lookup),
    items: list.items.map((item) => item.value),
    computed: list.computed && module.lines.lineOf(list.computed.from),
  };
}

test.each<[string, unknown]>([
  ['"a"', 'a'],
  ["'it\\'s' \"x\"", "it'sx"],
  ['("a"\n  "b"  # note\n  "c")', 'abc'],
  ['r"\\n" "\\n\\t\\\\\\x41\\u00e9\\U0001F600\\101\\q"', '\\n\n\t\\Aé\u{1F600}A\\q'],
  ['"""a\\\nb\nc"""', 'ab\nc'],
  ['u"x"', 'x'],
  ['"a" + "b"', 'ab'],
  ['1_000', 1000],
  ['-1.5e3', -1500],
  ['0x10', 16],
  ['None', null],
  ['True', true],
  ['["a", ("b", 1), []]', ['a', ['b', 1], []]],
  [
    '{"a": 1, "b": [2]}',
    new Map<string, unknown>([
      ['a', 1],
      ['b', [2]],
    ]),
  ],
  ['["a"] + ["b"]', ['a', 'b']],
  ['f"a"', undefined],
  ['b"a"', undefined],
  ['t"a"', undefined],
  ['"\\N{BULLET}"', undefined],
  ['x', undefined],
  ['f()', undefined],
  ['["a", f()]', undefined],
  ['"a" if x else "b"', undefined],
  ['"a" * 3', undefined],
  ['1j', undefined],
  ['[*x]', undefined],
  ['{**x}', undefined],
])('%s', (expression, value) => {
  expect(valueOf(`v = ${expression}\n`).value).toEqual(value);
});

test('names that are bound once are followed', () => {
  expect(valueOf('A = ["x"]\nB: list[str] = A + ["y"]\nv = ["z", *B]\n')).toEqual({
    value: undefined,
    items: ['z', 'x', 'y'],
    computed: undefined,
  });
});

test.each([
  'A = ["y"]',
  'A += ["y"]',
  'A.append("y")',
  'A[0] = "y"',
  'del A[0]',
  'for A in x: pass',
  'for a, A in x: pass',
  'a, A = x',
  'import A',
  'from x import A',
  'from x import y as A',
  'def A(): pass',
  'class A: pass',
  'def f():\n    global A\n    A = 1',
  'def f():\n    A.append("y")',
  'with x as A: pass',
  'change(A)',
  'B = A\nB.append("y")',
  'if (A := x): pass',
  'try: pass\nexcept E as A: pass',
])('a list that may have changed is computed: %s', (change) => {
  expect(valueOf(`A = ["x"]\n${change}\nv = A\n`)).toEqual({
    value: undefined,
    items: [],
    computed: expect.any(Number),
  });
});

test.each([
  'print(A)',
  'if A: pass',
  'x = A',
  'f(name=A)',
  'A.upper()',
  'def f(A=1): return 1',
  'x = f"{A}"',
  'y = A + "b"',
])('a string may be used in any way: %s', (use) => {
  expect(valueOf(`A = "x"\n${use}\nv = A\n`).value).toBe('x');
});

test('of a list that is partly computed the rest is given, with the line', () => {
  expect(valueOf('v = [\n  "a",\n  f"b{x}",\n  "c",\n] + more()\n')).toEqual({
    value: undefined,
    items: ['a', 'c'],
    computed: 3,
  });
});

test('constants that name each other end', () => {
  expect(valueOf('A = B\nB = A\nv = A\n').value).toBeUndefined();
});
