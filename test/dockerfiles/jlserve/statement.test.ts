import { expect, test } from 'vitest';
import { findStatement, type StatementPlace } from '../../../src/project/python/find-statement.ts';
import { parsePython } from '../../../src/project/python/parse.ts';
import { Step } from '../step.ts';

/**
 * Every statement of a source by its line in it, and as the weights step names it in the text
 * that Python writes of it.
 */
async function statements(source: string): Promise<(StatementPlace & { line: number; kind: string })[]> {
  const step = new Step('weights', { 'source.py': source }, 'jlserve');
  return (await step.evaluate(`
import ast, json, ob
from statement import statement_at
source = open(ob.mnt("source.py"), encoding="utf-8").read()
written = ast.unparse(ast.parse(source))
kinds = (ast.stmt, ast.ExceptHandler)
both = zip(ast.walk(ast.parse(source)), ast.walk(ast.parse(written)))
print(json.dumps([
    dict(statement_at(written, new.lineno), line=old.lineno, kind=type(old).__name__)
    for old, new in both if isinstance(old, kinds)]))
`)) as (StatementPlace & { line: number; kind: string })[];
}

const SOURCE = `"""Text."""
import os, sys  # why
from a import (
    b,
    c,
)

LIMIT = 3; OTHER = {"a": 1,
                    "b": 2}


@decorated("x")
class Demo:
    name: str = 'demo'

    @staticmethod
    def fetch(url, *,
              retries=(1 + 2)):
        # not this: raise OSError('gone')
        if url is None: raise OSError("gone")
        elif (retries > 3):
            raise OSError("gone")
        else:
            raise   OSError(
                'gone',  # the reason
            )
        for part in (1, 2):
            raise OSError('gone')
        else:
            pass

    async def later(self):
        async with open('a') as one, \\
                open("b") as two:
            await one.read()
        try:
            text = f"{one!r:>10}" "it's" r'\\d'
        except (ValueError,
                KeyError) as error:
            raise RuntimeError(f'{error}') from error
        finally:
            os.sep
        match text:
            case [1, _] if two:
                return (yield)
            case _:
                while True:
                    break

        def inner():
            def fetch():
                raise OSError("gone")
            return lambda: [x for x in fetch()]
        inner()


def fetch():
    raise OSError("gone")
if LIMIT:
    def fetch():
        raise OSError("gone")
`;

test('every statement is found where the user wrote it', async () => {
  const module = parsePython(SOURCE, 'app.py');
  const all = await statements(SOURCE);
  expect(all.length).toBeGreaterThan(35);
  for (const { line, kind, ...place } of all)
    expect([kind, place, findStatement(module, place)]).toEqual([kind, place, line]);
});

test('what cannot be told apart from its text leads to its function, or nowhere', () => {
  const module = parsePython('class Demo:\n    def fetch(self):\n        wait(0x10)\n', 'app.py');
  expect(findStatement(module, { scope: 'Demo.fetch', text: 'wait(16)', nth: 0 })).toBe(2);
  expect(findStatement(module, { scope: 'Demo.fetch', text: '', nth: 0 })).toBe(2);
  expect(findStatement(module, { scope: 'Demo.gone', text: 'wait(16)', nth: 0 })).toBeUndefined();
  expect(findStatement(module, { scope: '', text: 'wait(16)', nth: 0 })).toBeUndefined();
  // Fewer of that text than there were: the first is better than none.
  const twice = parsePython('def f():\n    a()\n', 'app.py');
  expect(findStatement(twice, { scope: 'f', text: 'a()', nth: 3 })).toBe(2);
});
