import { expect, test } from 'vitest';
import { parsePython } from '../../../src/project/python/parse.ts';
import { decodePython } from '../../../src/project/python/source.ts';

const problemOf = (source: string) => parsePython(source, 'm.py').problem;

/** Source, line, column and words of the mistake, as Python 3.12 has them where it is as clear. */
const MISTAKES: readonly (readonly [string, number, number, string])[] = [
  ['x = 1\ndef f(:\n  pass\n', 2, 6, "'(' was never closed"],
  ['def f()\n  pass\n', 1, 8, "expected ':'"],
  ['class A\n', 1, 8, "expected ':'"],
  ['def f(x) return x\n', 1, 18, "expected ':'"],
  ['def f():\npass\n', 2, 1, 'expected an indented block after function definition on line 1'],
  ['async def f():\n', 1, 15, 'expected an indented block after function definition on line 1'],
  ['if x:\n\n# note\ny\n', 4, 1, "expected an indented block after 'if' statement on line 1"],
  ['x = = 1\n', 1, 5, "invalid syntax near '='"],
  ['  x = 1\n', 1, 3, 'unexpected indent'],
  ['if x:\n    a\n  b\n', 3, 3, 'unindent does not match any outer indentation level'],
  ['x = "abc\n', 1, 5, 'unterminated string literal'],
  ["x = f'{a'\n", 1, 9, 'unterminated string literal'],
  ['x = 1\ny = """abc\n', 2, 5, 'unterminated triple-quoted string literal'],
  ['f(1,\n  2\ny = 3\n', 1, 2, "'(' was never closed"],
  ['a = (1]\n', 1, 7, "closing parenthesis ']' does not match opening parenthesis '('"],
  ['b = 1)\n', 1, 6, "unmatched ')'"],
  ['print "x"\n', 1, 1, "Missing parentheses in call to 'print'. Did you mean print(...)?"],
  ['x = “a”\n', 1, 5, "invalid character '“' (U+201C)"],
  ['x =\u00a01\n', 1, 4, 'invalid non-printable character U+00A0'],
  ['x = 1 \\ \n', 1, 7, 'unexpected character after line continuation character'],
  ['x = 1 ? 2\n', 1, 7, "invalid syntax at '?'"],
  ['foo bar\n', 1, 5, "invalid syntax near 'bar'"],
  ['if x = 1: pass\n', 1, 6, "invalid syntax near '='"],
  ['else:\n  pass\n', 1, 1, "invalid syntax near 'else'"],
];

test.each(MISTAKES)('%j', (source, line, column, message) => {
  for (const text of [source, source.replaceAll('\n', '\r\n')]) {
    expect(problemOf(text)).toMatchObject({
      code: 'PYTHON_SYNTAX',
      message: `m.py:${line}: ${message}`,
      location: { file: 'm.py', line, column },
    });
  }
});

/** Valid in some Python from 3.10 to 3.14; the grammar alone takes many of them for mistakes. */
const VALID = [
  'type A[T] = list[T]\n',
  'def f[T: int, *Ts, **P](a: T, /, *args: *Ts, k=1, **kw) -> T: ...\n',
  'class C[T = int](Base, metaclass=M): x: int = 3\n',
  'with (open("a") as f, open("b") as g,): pass\n',
  'async def g():\n    async with a as b, c() as (d, e): pass\n    return [x async for x in y if await z]\n',
  'with f() as self.x, g() as y[0]: pass\n',
  'match x, y:\n    case {"a": [1, *_], **rest} if rest: pass\n    case Point(x=0) | (1 | 2) as z: pass\n    case -1 | 1+2j | "s" "t": pass\n    case ast.X(): pass\n',
  'def f():\n    match():\n        case():\n            pass\n',
  'match = 1; case = 2; type = 3\nmatch[0]\ncase: int = 4\nprint(match, case)\n',
  'print(f"{x!r:>{w}} {\'a\' if b else "c"} {d["k"]} {{}} {y=}")\n',
  'print(f"{\'\\n\'.join(names)}", f"{x:%Y-%m-%d}", rf"\\d{{2}}{x}\\{y}", f"\\N{BULLET}{x}")\n',
  'f"""{\n  x  # a note with \' and }\n}"""\n',
  't = t"hello {name}"\nu = rt"\\{x}"\n',
  'try: pass\nexcept* (A, B) as e: pass\n',
  'try: pass\nexcept A, B: pass\n',
  'def f():\n    x = yield\n    yield\n    return (yield)\n',
  'lambda *a, b=1, **c: (yield)\nx = lambda a, b, /, : a + b\ny = lambda *, k: k\n',
  'a[*b, 1:2, ...] = *c, d\nx[1, ::-1]\n',
  '*parents, key = path\n',
  'if (n := len(a)) > 10: pass\n{(y := 1), 2}\n{z := 1}\n',
  '@(lambda f: f)\n@a[0].b(1)(2)\n@x.y(\n  1,\n)\ndef h(): pass\n',
  'x = 1if y else 2\nprint(0xFF, 0b1, 0o7, 1_000.5e-3j, 5., .5, 5.e3)\n',
  'def k(): return *a, b\nfor i, *j in *p, *q: pass\n[i for i, *j in k]\n',
  "s = '''a\n  b''' \"c\" \\\n  rb'x'\n",
  'if x:\n\ty\n\n# out\n\tz\n\f\ndef f(): pass\n',
  'x = [\n1,\n  # note\n      2\n]\n',
  'print >> f, "x"\nprint\n',
  '',
  '# only a note',
  'x = 1',
  'naïve = "ü"\n',
];

test.each(VALID)('valid: %j', (source) => {
  expect(problemOf(source)).toBeUndefined();
});

test('an expression of thousands of terms is not judged', () => {
  expect(
    problemOf(`x = ${Array.from({ length: 5000 }, (_, i) => `${i}*a**2`).join(' + ')}\n`),
  ).toBeUndefined();
});

test('no input makes the parser throw or hang', () => {
  const pieces = [
    'def ',
    '(',
    ')',
    '"',
    "'",
    '"""',
    'f"{',
    '}',
    ':',
    '\n',
    '  ',
    '\t',
    '\\',
    '\0',
    'x',
    '=',
    '@',
    '\u{1F600}',
    '#',
    'case ',
    'lambda ',
    '\r',
  ];
  let seed = 7;
  for (let round = 0; round < 3000; round += 1) {
    let source = '';
    for (let count = 0; count < 12; count += 1) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      source += pieces[seed % pieces.length];
    }
    parsePython(source, 'm.py');
  }
});

test('files are decoded as Python does', () => {
  expect(decodePython(Buffer.from('\uFEFFx = "ü"'))).toEqual({ text: 'x = "ü"' });
  const latin1 = Buffer.from('# -*- coding: latin-1 -*-\nx = "ü"', 'latin1');
  expect(decodePython(latin1)).toEqual({ text: '# -*- coding: latin-1 -*-\nx = "ü"' });
  expect(decodePython(Buffer.from('x = 1\ny = "ü"', 'latin1'))).toEqual({
    message: 'the file is not UTF-8 text',
    line: 2,
  });
});
