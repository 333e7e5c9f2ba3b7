import { existsSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Step } from '../step.ts';

/** What `reduce.py` makes of sources, by path; what it leaves as it is, is not there. */
async function outline(sources: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const step = new Step('outline', {}, 'pyinstaller');
  const found = await step.evaluate(`
import json, reduce
given = json.loads(${JSON.stringify(JSON.stringify(sources))})
made = reduce.outlines({path: text.encode() for path, text in given.items()})
print(json.dumps({path: text.decode() for path, text in made.items()}))
`);
  const made = Object.entries(found as Record<string, string>);
  return Object.fromEntries(made.map(([path, text]) => [path, text.replaceAll(step.root, '')]));
}

async function outlineOf(source: string): Promise<string> {
  return (await outline({ 'app.py': source }))['app.py'] ?? source;
}

/** Two sources that the analysis must not tell apart. */
async function expectSame(one: string, other: string): Promise<void> {
  expect(await outlineOf(one)).toBe(await outlineOf(other));
}

/** Two that it must. */
async function expectDifferent(one: string, other: string): Promise<void> {
  expect(await outlineOf(one)).not.toBe(await outlineOf(other));
}

describe('an edit that does not show', () => {
  test('a body, a comment, a line more', async () => {
    await expectSame('def f(a):\n    return a + 1\n', '# new\ndef f(a):\n\n    return a - 1  # other\n');
  });

  test('a method, a coroutine, a generator, a decorated function', async () => {
    const source = (body: string): string => `
from fastapi import FastAPI
app = FastAPI()

class Store:
    def read(self):
        return ${body}

@app.get('/health')
async def health():
    return ${body}

def numbers():
    yield ${body}
`;
    await expectSame(source('1'), source('compute(2)'));
  });

  test('what only the program itself calls when it is run', async () => {
    await expectSame(
      'def main():\n    return 1\nif __name__ == "__main__":\n    main()\n',
      'def main():\n    return 2\nif __name__ == "__main__":\n    main()\n',
    );
  });
});

describe('an edit that shows', () => {
  test('an import in a body, wherever it stands', async () => {
    const bodies = [
      'import os',
      'if a:\n        import os',
      'try:\n        import os\n    except ImportError:\n        pass',
      'with a:\n        for each in a:\n            from os import path',
      'def inner():\n        import os',
      'while a:\n        pass\n    else:\n        import os',
    ];
    for (const body of bodies) await expectDifferent(`def f(a):\n    ${body}\n`, 'def f(a):\n    pass\n');
  });

  test('an import that becomes optional, as the list of missing modules says so', async () => {
    await expectDifferent(
      'def f():\n    import os\n',
      'def f():\n    try:\n        import os\n    except ImportError:\n        pass\n',
    );
  });

  test('a library or metadata that a call names', async () => {
    const calls = [
      (name: string) => `ctypes.CDLL('${name}')`,
      (name: string) => `find_library('${name}')`,
      (name: string) => `importlib.metadata.version('${name}')`,
      (name: string) => `pkg_resources.get_distribution('${name}').version`,
    ];
    for (const call of calls) {
      await expectDifferent(`def f():\n    return ${call('a')}\n`, `def f():\n    return ${call('b')}\n`);
    }
  });

  test('everything outside of functions, and what runs when it is imported', async () => {
    await expectDifferent('A = 1\n', 'A = 2\n');
    await expectDifferent('class A:\n    b = 1\n', 'class A:\n    b = 2\n');
    await expectDifferent('def f(a=1):\n    pass\n', 'def f(a=2):\n    pass\n');
    await expectDifferent('def f():\n    return 1\nA = f()\n', 'def f():\n    return 2\nA = f()\n');
  });

  test('a body that another module runs when it is imported, through other functions', async () => {
    const sources = (value: number): Record<string, string> => ({
      'a.py': `def deep():\n    return ${value}\ndef through():\n    return deep()\n`,
      'b.py': 'from a import through\nVALUE = through()\n',
    });
    expect(await outline(sources(1))).not.toEqual(await outline(sources(2)));
  });

  test('the methods of a class that is made when it is imported', async () => {
    const source = (value: number): string =>
      `class A:\n    def __init__(self):\n        self.a = ${value}\nA()\n`;
    await expectDifferent(source(1), source(2));
  });
});

test.each([
  ['the script that was asked for', 'tool.py', { kind: 'script', file: 'tool.py' }],
  ['the __main__.py of a package', 'pkg/__main__.py', { kind: 'module', module: 'pkg.__main__' }],
  ['a script of a spec from Windows', 'src/tool.py', { kind: 'spec', file: 'specs/app.spec' }],
])('an edit that does not show: a body that runs for %s', async (_, path, entry) => {
  const outlineWith = async (body: string): Promise<string> => {
    const files = {
      'plan/request.json': { entry },
      'project/specs/app.spec': "Analysis(['..\\\\src\\\\tool.py'])\n",
      [`project/${path}`]: 'from work import main\nmain()\n',
      'project/work.py': `def main():\n    return ${body}\n`,
    };
    const step = new Step('outline', files, 'pyinstaller');
    expect(await step.run()).toMatchObject({ status: 0 });
    expect(step.text(`outline/project/${path}`)).toContain('main()');
    return step.text('outline/project/work.py').replaceAll(step.root, '');
  };
  expect(await outlineWith('1')).toBe(await outlineWith('2'));
});

describe('what is kept whole', () => {
  test('a function with names of the module: globals, classes, libraries, calls in calls', async () => {
    const bodies = [
      'global a\n    a = NUMBER',
      'class A:\n        b = NUMBER',
      'if NUMBER:\n        def g():\n            global a',
      'return [await h(ctypes.cdll.user32, NUMBER)]',
      'return lambda: version("x", NUMBER)',
      'async def g():\n        return version(await h(NUMBER))',
    ];
    for (const body of bodies) {
      const source = `async def f():\n    ${body}\n`.replaceAll('NUMBER', '1').replaceAll('"', "'");
      expect((await outlineOf(source)).replaceAll(/^\n/gm, '')).toContain(source);
    }
  });

  test('what SWIG made, what parses and does not compile, what is too deep to be walked through', async () => {
    const deep = `A = ${Array.from({ length: 3000 }, () => '"a"').join(' + ')}\n`;
    const sources = {
      'a.py': '# This file was automatically generated by SWIG.\ndef f():\n    return 1\n',
      'b.py': 'def f():\n    break\n',
      'c.py': deep,
    };
    expect(await outline(sources)).toEqual({});
  });

  test('a lone surrogate, in texts of every kind', async () => {
    const made = await outline({ 'a.py': 'A = "\\ud800"\nB = f"\\ud800{A}"\ndef f():\n    return 1\n' });
    expect(made['a.py'] ?? '\\ud800').toContain('\\ud800');
  });
});

test('all parts of a try are optional, in their order', async () => {
  const made = await outlineOf(
    'def f():\n    try:\n        import a\n    except E:\n        import b\n    else:\n        import c\n    finally:\n        import d\n',
  );
  expect(made.replaceAll(/^.*__import__.*\n|^\n/gm, '')).toBe(
    'def f():\n    try:\n        import a\n    except:\n        import b\n    else:\n        import c\n    finally:\n        import d\n',
  );
});

test('an import in a handler of `except*` shows', async () => {
  const source = (name: string): string =>
    `def f():\n    try:\n        pass\n    except* OSError:\n        import ${name}\n`;
  await expectDifferent(source('a'), source('b'));
});

test('an outlined module says that it was imported, and its function that it was called', async () => {
  const step = new Step('outline', {}, 'pyinstaller');
  const said = await step.evaluate(`
import json, os, ob, ob_outline, reduce
made = reduce.outlines({"a.py": b'"""Text."""\\nfrom __future__ import annotations\\ndef open(path):\\n    return 1\\n'})
os.makedirs(ob.out())
told = lambda: [os.path.exists(ob.out(name)) for name in (ob_outline.IMPORTED, ob_outline.CALLED)]
scope = {}
said = [told()]
exec(made["a.py"], scope)
said.append(told())
scope["open"]("x")
print(json.dumps([said + [told()], scope["__doc__"]]))
`);
  expect(said).toEqual([
    [
      [false, false],
      [true, false],
      [true, true],
    ],
    'Text.',
  ]);
});

test('what is no Python of this version stays as it is', async () => {
  expect(await outline({ 'a.py': 'print "old"\n', 'b.py': 'def f(:\n' })).toEqual({});
});

test('files are there under their names: specs and libraries whole, data empty, links as they are', async () => {
  const step = new Step(
    'outline',
    {
      'plan/request.json': { entry: { kind: 'spec', file: 'app.spec' } },
      'project/app.spec': "version = open('VERSION').read()\nAnalysis(['main.py'])\n",
      'project/VERSION': '1.2\n',
      'project/main.py': 'def main():\n    return 1\n',
      'project/hooks/hook-x.py': 'def hook(api):\n    api.add_imports("y")\n',
      'project/data/model.bin': 'weights',
      'project/lib/x.so': '\u007fELF and more',
    },
    'pyinstaller',
  );
  const { status, stderr } = await step.run();
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(step.text('outline/project/app.spec')).toContain('Analysis');
  expect(step.text('outline/project/VERSION')).toBe('1.2\n');
  expect(step.text('outline/project/hooks/hook-x.py')).toContain('add_imports');
  expect(step.text('outline/project/data/model.bin')).toBe('');
  expect(step.text('outline/project/lib/x.so')).toBe('\u007fELF and more');
  expect(step.text('outline/project/main.py')).not.toContain('return');
});

test('hooks, what they name beside them, and their run-time hooks are whole; types of extensions are Python', async () => {
  const step = new Step(
    'outline',
    {
      'plan/request.json': { entry: { kind: 'spec', file: 'app.spec' } },
      'project/hook-x.py': 'from helper import names\nhiddenimports = names(open("list.txt").read())\n',
      'project/helper.py': 'def names(text):\n    return text.split()\n',
      'project/other.py': 'def other():\n    return 1\n',
      'project/list.txt': 'one two',
      'project/other.txt': 'three',
      'project/rthooks.dat': '{"x": ["first.py"]}',
      'project/fast.pyi': 'import os\n',
    },
    'pyinstaller',
  );
  expect((await step.run()).stderr).toBe('');
  expect(step.text('outline/project/helper.py')).toContain('def names(text):\n    return text.split()\n');
  expect(step.text('outline/project/other.py')).not.toContain('return');
  expect(step.text('outline/project/list.txt')).toBe('one two');
  expect(step.text('outline/project/other.txt')).toBe('');
  expect(step.text('outline/project/rthooks.dat')).toBe('{"x": ["first.py"]}');
  expect(step.text('outline/project/fast.pyi')).toContain('import os');
});

test('links that lead nowhere or to a folder stay links, and empty folders are there', async () => {
  const step = new Step(
    'outline',
    { 'plan/request.json': { entry: { kind: 'module', module: 'a' } }, 'project/real/a.py': 'A = 1\n' },
    'pyinstaller',
  );
  await step.ready();
  const project = join(step.root, 'mnt/project');
  symlinkSync('nobody@nowhere.1', join(project, '.#lock.py'));
  symlinkSync('real', join(project, 'folder.py'));
  symlinkSync('gone', join(project, 'x.spec'));
  mkdirSync(join(project, 'empty/inner'), { recursive: true });
  expect((await step.run()).stderr).toBe('');
  const outlined = join(step.root, 'ob/outline/project');
  expect(readlinkSync(join(outlined, '.#lock.py'))).toBe('nobody@nowhere.1');
  expect(readlinkSync(join(outlined, 'folder.py'))).toBe('real');
  expect(readlinkSync(join(outlined, 'x.spec'))).toBe('gone');
  expect(existsSync(join(outlined, 'empty/inner'))).toBe(true);
});
