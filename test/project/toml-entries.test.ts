import { expect, test } from 'vitest';
import { parse } from 'smol-toml';
import { tomlEntries } from '../../src/project/toml-entries.ts';

/** Each entry as `table.key:line=value`. */
function shown(text: string): string[] {
  // Whatever is read here was accepted by the parser before.
  parse(text);
  return tomlEntries(text).map(({ path, line, raw }) => `${path.join('.')}:${line}=${raw}`);
}

test.each([
  ['a = 1', ['a:1=1']],
  ['\uFEFFa = 1\r\n\r\nb = 2 # two\r\n', ['a:1=1', 'b:3=2']],
  ['# a = 0\n\n  a   =   "x # y"   # z', ['a:3="x # y"']],
  ['[t]\na = 1\n[ t . "u v" ] # [x]\nb = 2\n[[l]]\nc = 3', ['t.a:2=1', 't.u v.b:4=2', 'l.c:6=3']],
  ['a.b."c.d" = 1', ['a.b.c.d:1=1']],
  ["'a b' = 1", ['a b:1=1']],
  ['"" = 1', [':1=1']],
  ['a = """\nb = 1\n[t]\n"""\nc = 2', ['a:1="""\nb = 1\n[t]\n"""', 'c:5=2']],
  ['a = """x\\"""" # b\nc = 2', ['a:1="""x\\""""', 'c:2=2']],
  ["a = '''\n]\n'''\nc = 2", ["a:1='''\n]\n'''", 'c:4=2']],
  ['a = [\n  "]", # ]\n  "b = 1",\n]\nc = 2', ['a:1=[\n  "]", # ]\n  "b = 1",\n]', 'c:5=2']],
  ['a = { b = [1], c = "}" }\nd = 3.10', ['a:1={ b = [1], c = "}" }', 'd:2=3.10']],
  ['a = ""\nb = \'\'\nc = 1979-05-27 07:32:00Z', ['a:1=""', "b:2=''", 'c:3=1979-05-27 07:32:00Z']],
  ['', []],
  ['# nothing', []],
])('%j', (text, entries) => {
  expect(shown(text)).toEqual(entries);
});

test('texts of a list have their lines, the first of equal ones', () => {
  const [entry] = tomlEntries('\na = ["x",\n  \'y\', "z\\u0041",\n\n  "x"]');
  expect([...(entry?.items ?? [])]).toEqual([
    ['x', 2],
    ['y', 3],
    ['zA', 3],
  ]);
});

test('what is no TOML comes to an end', () => {
  for (const text of [
    '=',
    '[',
    '[[[',
    'a',
    'a = [',
    'a = "',
    '"',
    "'''",
    '}}\n]]',
    'a = """\n',
    '.',
    '= = =\n'.repeat(100),
  ]) {
    expect(tomlEntries(text).length).toBeLessThan(200);
  }
});

test('many long lines are read in one walk', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `k${index} = """\n${'x'.repeat(30)}\n"""`).join(
    '\n',
  );
  const entries = tomlEntries(text);
  expect(entries.at(-1)).toMatchObject({ path: ['k4999'], line: 4999 * 3 + 1 });
  expect(tomlEntries(`a = """${'\\\\'.repeat(100_000)}"""\nb = 1`)).toHaveLength(2);
});
