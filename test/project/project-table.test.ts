import { expect, test } from 'vitest';
import { parseReference } from '../../src/project/entry-point.ts';
import { readProjectTable } from '../../src/project/project-table.ts';
import { readProjectDependencies } from '../../src/project/pyproject.ts';
import { chooseRequirements } from '../../src/project/requirement-sources/choose.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

async function folder(text: string): Promise<string> {
  const root = temporaryFolder();
  await writeFiles(root, { 'pyproject.toml': text });
  return root;
}

const read = async (text: string) => readProjectTable(await folder(text));

const WHOLE = `[build-system]
requires = ["hatchling"]

[project]
name = "My.App"
version = "1.2.0"
requires-python = ">=3.11"
dependencies = [
  "rich",
  "httpx>=0.27",
]
scripts = { my-app = "my_app.cli:main" }

[project.gui-scripts]
"my.window" = 'my_app.window : Window.run [gui]'

[project.entry-points."my.plugins"]
csv = "my_app.plugins.csv"
json = "my_app.plugins:Json"
[project.entry-points.other]
x = "a:b"
`;

test('what a distribution runs, with the lines', async () => {
  const root = await folder(WHOLE);
  const { found, problems } = await readProjectTable(root);
  expect(problems).toEqual([]);
  expect(found).toEqual({
    ...(await readProjectDependencies(root)).found,
    name: 'My.App',
    version: '1.2.0',
    scripts: [
      {
        name: 'my-app',
        reference: 'my_app.cli:main',
        module: 'my_app.cli',
        attribute: 'main',
        line: 12,
      },
    ],
    guiScripts: [
      {
        name: 'my.window',
        reference: 'my_app.window:Window.run',
        module: 'my_app.window',
        attribute: 'Window.run',
        line: 15,
      },
    ],
    entryPoints: [
      {
        group: 'my.plugins',
        entries: [
          {
            name: 'csv',
            reference: 'my_app.plugins.csv',
            module: 'my_app.plugins.csv',
            attribute: undefined,
            line: 18,
          },
          {
            name: 'json',
            reference: 'my_app.plugins:Json',
            module: 'my_app.plugins',
            attribute: 'Json',
            line: 19,
          },
        ],
      },
      {
        group: 'other',
        entries: [{ name: 'x', reference: 'a:b', module: 'a', attribute: 'b', line: 21 }],
      },
    ],
    poetryName: undefined,
    poetryScripts: [],
  });
  expect(found).toMatchObject({
    requiresPython: '>=3.11',
    dependencies: [
      { requirement: 'rich', line: 9 },
      { requirement: 'httpx>=0.27', line: 10 },
    ],
  });
});

test("of Poetry's table what [project] would say, without its files", async () => {
  const { found, problems } = await read(
    '[tool.poetry]\nname = "poem"\n[tool.poetry.dependencies]\npython = "^3.11"\nrich = "*"\n' +
      '[tool.poetry.scripts]\npoem = "poem.cli:main"\nother = { reference = "x.sh", type = "file" }\n',
  );
  expect(problems).toEqual([]);
  expect(found).toMatchObject({
    name: undefined,
    requiresPython: '^3.11',
    dependencies: [{ requirement: 'rich', line: 5 }],
    poetryName: 'poem',
    poetryScripts: [{ name: 'poem', reference: 'poem.cli:main', line: 7 }],
  });
});

test('a dynamic version is not known', async () => {
  const { found } = await read('[project]\nname = "x"\ndynamic = ["version", "dependencies"]\n');
  expect(found).toMatchObject({ name: 'x', version: undefined, dynamic: true });
});

test('no file, and a file of other tools only', async () => {
  expect(await readProjectTable(temporaryFolder())).toEqual({ problems: [] });
  const { found } = await read('[tool.black]\nline-length = 99\n');
  expect(found).toMatchObject({ name: undefined, version: undefined, scripts: [], entryPoints: [] });
});

const DEPENDENCIES = '[project]\nname = "x"\ndependencies = ["a",\n  5]\n';

test.each<[string, string[]]>([
  ['[project]\nname = 5\n', ['2: project.name is a number, but must be a string']],
  ['[project]\nname = "x"\nversion = 1.0\n', ['3: project.version is a number, but must be a string']],
  ['[project]\nrequires-python = 3.1\n', ['2: project.requires-python is a number, but must be a string']],
  ['[project]\ndependencies = "a"\n', ['2: project.dependencies is a string, but must be a list of strings']],
  [DEPENDENCIES, ['3: project.dependencies[1] is a number, but must be a string']],
  ['[project]\ndynamic = true\n', ['2: project.dynamic is true, but must be a list of strings']],
  ['[project]\nscripts = ["a"]\n', ['2: project.scripts is a list, but must be a table']],
  ['[[project.scripts]]\na = "b:c"\n', ['2: project.scripts is a list, but must be a table']],
  ['x = 1\nproject = 1979-05-27\n', ['2: project is a date, but must be a table']],
  ['[project.gui-scripts.a]\nb = "c:d"\n', ['2: project.gui-scripts.a is a table, but must be a string']],
  ['[project.entry-points]\na = "b"\n', ['2: project.entry-points.a is a string, but must be a table']],
  [
    '[project.scripts]\na = "b:c"\nd = "e f"\ng = "h"\n[project.entry-points.i]\nj = "k:"\nl = "m"\n',
    [
      '3: project.scripts.d is "e f", which names no function',
      '4: project.scripts.g is "h", which names no function',
      '6: project.entry-points.i.j is "k:", which names no object',
    ],
  ],
  [
    '[project.scripts]\na = 5\n[project]\nversion = []\nname = {}\n',
    [
      '2: project.scripts.a is a number, but must be a string',
      '4: project.version is a list, but must be a string',
      '5: project.name is a table, but must be a string',
    ],
  ],
  ['[tool.poetry]\nname = 5\n', ['2: tool.poetry.name is a number, but must be a string']],
  ['[tool.poetry.scripts]\na = true\n', ['2: tool.poetry.scripts.a is true, but must be a string']],
  ['[project\n', ['1: Invalid TOML document: illegal character in key']],
])('wrong values of %j are told, each at its line', async (text, messages) => {
  const { found, problems } = await read(text);
  expect(found).toBeUndefined();
  expect(problems.map(({ location, message }) => `${location?.line}: ${message}`)).toEqual(messages);
  for (const { code, location, hint } of problems) {
    expect({ code, file: location?.file }).toEqual({ code: 'REQUIREMENTS_INVALID', file: 'pyproject.toml' });
    expect(hint).toMatch(/^write: |^correct the file/);
  }
});

test('what a key with a dot is corrected to can be pasted', async () => {
  const { problems } = await read('[project.scripts]\n"a.b" = 1\n');
  expect(problems[0]?.hint).toBe('write: "a.b" = "package.module:function"');
});

test.each<[string, [string, string | undefined] | undefined]>([
  ['a.b_c:d.e', ['a.b_c', 'd.e']],
  [' a : b [x, y] ', ['a', 'b']],
  ['ä.ö', ['ä.ö', undefined]],
  ['', undefined],
  ['a-b:c', undefined],
  ['a:b:c', undefined],
  ['a.:b', undefined],
  ['1a:b', undefined],
  ['a:b()', undefined],
])('the object reference %j', (text, parts) => {
  const parsed = parseReference(text);
  expect(parsed && [parsed.module, parsed.attribute]).toEqual(parts);
});

test('handed on to the choice of requirements, a mistake is told once', async () => {
  const root = await folder(DEPENDENCIES);
  const { problems } = await chooseRequirements({
    root,
    pyproject: await readProjectTable(root),
    order: ['script', 'pyproject.toml', 'requirements.txt'],
    warningCode: 'THING_UNUSED',
    without: '',
  });
  expect(problems).toMatchObject([
    {
      message: 'project.dependencies[1] is a number, but must be a string',
      location: { file: 'pyproject.toml', line: 3 },
    },
  ]);
});
