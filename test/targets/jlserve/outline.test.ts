import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outlineOf as cut } from '../../../src/context/outline.ts';
import { scanProject } from '../../../src/project/scan.ts';
import { readJlserveApp } from '../../../src/targets/jlserve/read-app.ts';
import { temporaryFolder } from '../../temporary.ts';

const HEAD = `import jlserve
from pydantic import BaseModel

class In(BaseModel):
    text: str

`;
const STUB = 'raise NotImplementedError("this body is not part of the outline")';

/** The outline of a file of these bytes; undefined when nothing can be left out. */
async function outlineOf(content: string | Uint8Array): Promise<string | undefined> {
  const root = temporaryFolder();
  writeFileSync(join(root, 'app.py'), content);
  const tree = await scanProject({ root, rules: { gitignore: false, builtIn: [] } });
  const { app: found, problems } = await readJlserveApp({ root, file: 'app.py', tree });
  expect(problems).toEqual([]);
  const edits = found?.outline ?? [];
  return edits.length === 0 ? undefined : Buffer.from(cut(Buffer.from(content), edits)).toString();
}

/** A class with one endpoint and whatever else. */
function app(body: string, more = '', after = ''): string {
  return `${HEAD}@jlserve.app()
class Demo:
    def setup(self) -> None:
        self.model = load()
    def download_weights(self) -> None:
        fetch()
${more}
    @jlserve.endpoint()
    def ask(self, question: In) -> In:
${body}
${after}`;
}

test('bodies that only the server runs become stubs; lines keep their numbers', async () => {
  const text = app(
    '        """Shown in the document."""\n        # why\n        text = f"{question.text}"\n\n        return In(text=text)  # done\n',
    '    def helper(self, a):\n        if a:\n            return """\n    x\n"""\n        return 1; \n',
    'LAST = 1\n',
  );
  const outline = await outlineOf(text);
  expect(outline?.split('\n').length).toBe(text.split('\n').length);
  expect(outline).toBe(
    text
      .replace('self.model = load()', STUB)
      .replace('if a:\n            return """\n    x\n"""\n        return 1; ', `${STUB}\n\n\n\n `)
      .replace('text = f"{question.text}"\n\n        return In(text=text)', `${STUB}\n\n`),
  );
  expect(outline).toContain('fetch()');
});

test('an edit of such a body does not show, one of anything else does', async () => {
  const before = await outlineOf(app('        return In(text="a")'));
  expect(await outlineOf(app('        return In(text=question.text + "b")'))).toBe(before);
  for (const other of [
    app('        return In(text="a")').replace('fetch()', 'fetch(1)'),
    app('        return In(text="a")').replace('question: In', 'query: In'),
    app('        """Docs."""\n        return In(text="a")'),
    app('        return In(text="a")', '', 'X = 1\n'),
  ])
    expect(await outlineOf(other)).not.toBe(before);
});

test.each([
  ['a body on the line of its def', 'def ask(self, question: In) -> In: return In(text="a")', STUB],
  ['with a comment', 'def ask(self, question: In) -> In: return In(text="a")  # why', `${STUB}  # why`],
  ['with a semicolon', 'def ask(self, question: In) -> In: x = 1; return In(text="a");', STUB],
])('%s', async (_name, line, expected) => {
  const text = app('        pass').replace(/def ask[^]*?pass/, line);
  expect(await outlineOf(text)).toContain(`-> In: ${expected}`);
});

test.each([
  ['an import: its package may be missing', '        import numpy\n        return In(text="a")'],
  ['a generator', '        yield In(text="a")'],
  ['__class__', '        return In(text=__class__.__name__)'],
  ['only a docstring', '        """Nothing."""'],
])('%s stays as it is', async (_name, body) => {
  expect(await outlineOf(app(body))).toContain(body);
});

test.each([
  ['another function', 'def other(demo):\n    return demo.ask(In(text=""))\n'],
  ['a statement', 'print(Demo().ask)\n'],
  ['a string', 'NAMES = ["ask"]\n'],
  ['a comment', '# ask\n'],
])('a method that %s names stays as it is', async (_name, after) => {
  expect(await outlineOf(app('        return In(text="a")', '', after))).toContain('return In(text="a")');
});

test('a method that only another such method names is left out with it, unless that one stays', async () => {
  const helper = '    def embed(self, text):\n        return text\n';
  const outline = await outlineOf(app('        return In(text=self.embed("a"))', helper));
  expect(outline).not.toContain('return');
  const named = await outlineOf(app('        return In(text=self.embed("a"))', helper, 'print("ask")\n'));
  expect(named).toContain('return In(text=self.embed("a"))');
  expect(named).toContain('        return text');
  const downloaded = app('        return In(text=self.embed("a"))', helper).replace(
    'fetch()',
    'self.embed(1)',
  );
  expect(await outlineOf(downloaded)).toContain('        return text');
});

test.each([
  ['names made up at run time', app('        return In(text="a")', '', 'globals()["x"] = 1\n')],
  ['a class that others touch', app('        return In(text="a")', '', 'Demo.ask = print\n')],
  [
    'base classes',
    app('        return In(text="a")')
      .replace('class Demo:', 'class Base: pass\n\n\n@jlserve.app()\nclass Demo(Base):')
      .replace('@jlserve.app()\nclass Base', 'class Base'),
  ],
])('%s: nothing is left out', async (_name, text) => {
  expect(await outlineOf(text)).toBeUndefined();
});

test('decorated, conditional, special and static methods stay', async () => {
  const more = [
    '    def __init__(self):\n        self.a = 1',
    '    @property\n    def size(self):\n        return 2',
    '    @staticmethod\n    def make():\n        return 3',
    '    if True:\n        def sometimes(self):\n            return 4',
    '    async def later(self):\n        return 5',
    '',
  ].join('\n');
  const outline = await outlineOf(app('        return In(text="a")', more));
  for (const kept of ['self.a = 1', 'return 2', 'return 3', 'return 4', 'return 5']) {
    expect(outline).toContain(kept);
  }
  expect(outline).not.toContain('text="a"');
});

test('what is imported for a body stays named, so that its import is not one for its effects', async () => {
  const text = app('        x = np.array(os.sep)\n        return words.clean(In(text=nothing))').replace(
    'import jlserve\n',
    'import jlserve\nimport math as np, os.path\nfrom string import ascii_letters as words, digits\n',
  );
  const outline = await outlineOf(text);
  expect(outline).toContain(`${STUB.slice(0, -1)}, np, os, words)\n`);
});

test('encodings and line ends', async () => {
  const text = app('        x = "ü€𝄞"\n        return In(text=x)', '', 'Y = "ü€𝄞"\n');
  const outline = await outlineOf(text);
  expect(outline).toContain('Y = "ü€𝄞"');
  expect(outline).toContain(STUB);
  expect(await outlineOf(`\uFEFF${text}`)).toBe(outline);
  expect(await outlineOf(text.replaceAll('\n', '\r\n'))).toBe(outline?.replaceAll('\n', '\r\n'));
  const latin = `# -*- coding: latin-1 -*-\n${app('        return In(text="\u00fc")')}`;
  expect(await outlineOf(Buffer.from(latin, 'latin1'))).toBeUndefined();
});
