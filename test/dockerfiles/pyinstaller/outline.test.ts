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

test('an outlined function says that it was called', async () => {
  const step = new Step('outline', {}, 'pyinstaller');
  const said = await step.evaluate(`
import json, os, ob, reduce
made = reduce.outlines({"a.py": b"def f():\\n    return 1\\n"})
os.makedirs(ob.out())
scope = {}
exec(made["a.py"], scope)
before = os.path.exists(ob.out(reduce.CALLED))
scope["f"]()
print(json.dumps([before, os.path.exists(ob.out(reduce.CALLED))]))
`);
  expect(said).toEqual([false, true]);
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
