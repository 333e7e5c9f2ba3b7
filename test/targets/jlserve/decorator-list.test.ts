import { expect, test } from 'vitest';
import { app, BODY, HEAD, read } from './read.ts';

/** What is read of `jlserve.app(…)`, and the problems as `line: message`. */
async function list(args: string, before = '', after = '') {
  const source = `${before}${app(`@jlserve.app(${args})`)}${after}`;
  const { app: found, problems } = await read({ 'app.py': source });
  return {
    entries: found?.requirements.entries.map((each) => `${each.requirement}@${each.line}`),
    problems: problems.map((each) => `${each.location?.line}: ${each.message}`),
  };
}

const BEFORE = `V = "2.1"
N = 3
F = 1.50
LIST = ["a", "b"]
TUPLE = ("c",)
NESTED = LIST + ["z"]
`;

test.each<[string, string[]]>([
  ['requirements=["numpy>=2", \'torch\']', ['numpy>=2@16', 'torch@16']],
  ['"name", ["numpy"]', ['numpy@16']],
  ['None, requirements=["numpy"]', ['numpy@16']],
  ['name="x", requirements=["numpy"],', ['numpy@16']],
  ['requirements=["numpy"], name="x"', ['numpy@16']],
  ['requirements=(["numpy"])', ['numpy@16']],
  ['requirements=[\n  "numpy",  # why\n  # "scipy",\n  "torch",\n]', ['numpy@17', 'torch@19']],
  ['requirements=["num" "py", "a" \'b\' """c"""]', ['numpy@16', 'abc@16']],
  ['requirements=["num" + "py"]', ['numpy@16']],
  ['requirements=["numpy==" + V]', ['numpy==2.1@16']],
  ['requirements=[f"numpy=={V}"]', ['numpy==2.1@16']],
  ['requirements=[F"numpy=={ V }", rf"torch"]', ['numpy==2.1@16', 'torch@16']],
  ['requirements=["numpy" f"=={V}"]', ['numpy==2.1@16']],
  ['requirements=[f"numpy=={N}.{F}"]', ['numpy==3.1.5@16']],
  ['requirements=LIST', ['a@4', 'b@4']],
  ['"x", LIST', ['a@4', 'b@4']],
  ['requirements=NESTED', ['a@4', 'b@4', 'z@6']],
  ['requirements=[*LIST, "x"]', ['a@4', 'b@4', 'x@16']],
  ['requirements=["x", *TUPLE]', ['x@16', 'c@5']],
  ['requirements=LIST + ["x"] + [*TUPLE]', ['a@4', 'b@4', 'x@16', 'c@5']],
  ['requirements=[*("x", "y"), *[]]', ['x@16', 'y@16']],
  ['requirements=[*LIST, (yield_ := "x")]', []],
  ['requirements=["\\x6eumpy"]', ['numpy@16']],
  ['requirements=[" numpy "]', ['numpy@16']],
  ['requirements=["a; python_version < \'3.12\'"]', ["a; python_version < '3.12'@16"]],
  ['requirements=None', []],
  ['requirements=[]', []],
  ['**{}, requirements=["x"]', ['x@16']],
  ['"x", ["y"], **{}', ['y@16']],
])('%s', async (args, entries) => {
  const result = await list(args, BEFORE);
  expect(result.entries).toEqual(args.includes(':=') ? ['a@4', 'b@4'] : entries);
  if (!args.includes(':=')) expect(result.problems).toEqual([]);
});

test.each<[string, number, string]>([
  ['requirements=make()', 16, 'make()'],
  ['requirements=["a", make()]', 16, 'make()'],
  ['requirements=[\n "a",\n os.environ["X"]]', 18, 'os.environ["X"]'],
  ['requirements=UNKNOWN', 16, 'UNKNOWN'],
  ['requirements=["a", *UNKNOWN]', 16, 'UNKNOWN'],
  ['requirements=["a"] if x else ["b"]', 16, '["a"] if x else ["b"]'],
  ['requirements=[x for x in LIST]', 16, '[x for x in LIST]'],
  ['requirements=list(LIST)', 16, 'list(LIST)'],
  ['requirements=["a"] * 2', 16, '["a"] * 2'],
  ['requirements=LIST + TUPLE', 16, 'LIST + TUPLE'],
  ['requirements=["a" % 1]', 16, '"a" % 1'],
  ['requirements=["{}".format(1)]', 16, '"{}".format(1)'],
  ['requirements=[f"a=={V!r}"]', 16, 'f"a=={V!r}"'],
  ['requirements=[f"a=={V:>3}"]', 16, 'f"a=={V:>3}"'],
  ['requirements=[f"a=={V=}"]', 16, 'f"a=={V=}"'],
  ['requirements=[f"a=={make()}"]', 16, 'f"a=={make()}"'],
  ["requirements=[f'a=={LIST[0]}']", 16, "f'a=={LIST[0]}'"],
  ['requirements=[f"a=={f"{V}"}"]', 16, 'f"a=={f"{V}"}"'],
  ['requirements=[*"ab"]', 16, '"ab"'],
  ['requirements=[*{"a", "b"}]', 16, '{"a", "b"}'],
  ['requirements=["\\N{BULLET}"]', 16, '"\\N{BULLET}"'],
  ['requirements=(x := ["a"])', 16, 'x := ["a"]'],
  ['requirements=lambda: ["a"]', 16, 'lambda: ["a"]'],
  ['requirements=LIST[:1]', 16, 'LIST[:1]'],
  ['requirements=Config.LIST', 16, 'Config.LIST'],
  ['*args', 16, '*'],
  ['**options', 16, '**'],
  ['"x", *args', 16, '*'],
  ['*args, ["x"]', 16, '*'],
  ['requirements=LATER', 16, 'LATER'],
  ['requirements=CHANGED', 16, 'CHANGED'],
  ['requirements=TWICE', 16, 'TWICE'],
  ['requirements=PASSED', 16, 'PASSED'],
])('%s is an error at its line', async (args, line, part) => {
  const after = 'LATER = ["x"]\nCHANGED.append("x")\nTWICE = []\nchange(PASSED)\n';
  const before = BEFORE.replace('N = 3', 'N = 3; CHANGED = 1').replace('N = 3; CHANGED = 1', 'N = 3');
  const more = 'CHANGED = ["x"]; TWICE = ["x"]; PASSED = ["x"]\n';
  const shifted = more.split('\n').length - 1;
  const { entries, problems } = await list(args, before + more, after);
  expect(problems.slice(-1)).toEqual([
    `${line + shifted}: requirements of @jlserve.app must be a list that can be read without running the file, which ${part} is not`,
  ]);
  expect(entries?.length ?? 0).toBeLessThanOrEqual(1);
});

test('stars are seen in a file that only a repaired tree can be had of', async () => {
  // A bare `yield` in brackets is more than the grammar can take.
  const odd = 'def g():\n    x = [(yield)]\n    with a as b.c: pass\n';
  const { entries, problems } = await list('requirements=[*LIST, # *\n  * # c\n  TUPLE, "x"]', odd + BEFORE);
  expect(problems).toEqual([]);
  expect(entries).toEqual(['a@7', 'b@7', 'c@8', 'x@21']);
  const spread = await list('*LIST', odd + BEFORE);
  expect(spread.problems[0]).toContain('must be a list that can be read without running the file');
  const template = await list('requirements=[f"a=={V}"]', odd + BEFORE);
  expect(template.entries).toEqual(['a==2.1@19']);
});

test.each<[string, string]>([
  ['requirements=("a",)', 'requirements must be a list, got tuple'],
  ['requirements=TUPLE', 'requirements must be a list, got tuple'],
  ['requirements={"a"}', 'requirements must be a list, got set'],
  ['requirements="a"', 'requirements must be a list, got str'],
  ['requirements={"a": 1}', 'requirements must be a list, got dict'],
  ['requirements=5', 'requirements must be a list, got int'],
  ['requirements=False', 'requirements must be a list, got bool'],
  ['requirements=["a", 5]', 'requirements[1] must be a string, got int'],
  ['requirements=[None]', 'requirements[0] must be a string, got NoneType'],
  ['requirements=[b"a"]', 'requirements[0] must be a string, got bytes'],
  ['requirements=[LIST]', 'requirements[0] must be a string, got list'],
  ['requirements=[1.5]', 'requirements[0] must be a string, got float'],
  ['requirements=[""]', 'requirements[0] must be a non-empty string'],
  ['requirements=["a", " \\n"]', 'requirements[1] must be a non-empty string'],
  ['requirement=["a"]', "jlserve.app() got an unexpected keyword argument 'requirement'"],
  ['dependencies=["a"]', "jlserve.app() got an unexpected keyword argument 'dependencies'"],
])('%s, in the words of jlserve', async (args, message) => {
  expect((await list(args, BEFORE)).problems).toEqual([`16: ${message}`]);
});

const OPTION = "begins with '-': it would be read as an option, not as a package";
const PEP = 'is not a requirement as PEP 508 has it';
const PASSWORD = 'this requirement holds a password, which would end up in the plan and in caches';

test.each<[string, string]>([
  ['-r other.txt', `the requirement '-r other.txt' ${OPTION}`],
  [' --index-url=https://evil', `the requirement '--index-url=https://evil' ${OPTION}`],
  ['torch --index-url https://evil', `'torch --index-url https://evil' ${PEP}`],
  ['torch>=2 --hash=sha256:0', `'torch>=2 --hash=sha256:0' ${PEP}`],
  ["torch; python_version > '3' --pre", `'torch; python_version > '3' --pre' ${PEP}`],
  ['torch\n-r x', `'torch\\x0a-r x' ${PEP}`],
  ['torch\u2028x', `'torch\u2028x' ${PEP}`],
  ['torch\\', `'torch\\' ${PEP}`],
  ['torch # fast', `'torch # fast' ${PEP}`],
  ['torch=2', `'torch=2' ${PEP}`],
  ['torch 2', `'torch 2' ${PEP}`],
  ['./local', `'./local' ${PEP}`],
  ['pkg.whl @', `'pkg.whl @' ${PEP}`],
  ['$(id)', `'$(id)' ${PEP}`],
  ['pkg @ https://x/${TOKEN}/a.whl', `'pkg @ https://x/\${TOKEN}/a.whl' ${PEP}`],
  ['pkg @ https://user:secret@host/a.whl', PASSWORD],
  ['git+https://ghp_secret@github.com/a/b', PASSWORD],
  ['ünïcode', `'ünïcode' ${PEP}`],
])('the entry %j is refused', async (entry, message) => {
  const result = await list(`requirements=["numpy",\n${JSON.stringify(entry)}]`);
  expect(result.problems).toEqual([`11: ${message}`]);
});

test.each([
  'torch',
  'torch==2.1.0+cu118',
  'uvicorn[standard, extra]>=0.1,<2',
  'a.b_c-d ~= 1.4.2',
  'numpy (>=1.2)',
  'numpy ; python_version < "3.12" and sys_platform == "linux"',
  'pkg @ https://host/pkg-1.0-py3-none-any.whl#sha256=00',
  'pkg @ git+https://github.com/a/b@v1.0 ; os_name == "posix"',
  'git+https://github.com/a/b@v1.0',
  'git+ssh://git@github.com/a/b',
  'numpy===1.0',
  'numpy!=1.5.*',
])('the entry %j is taken', async (entry) => {
  const result = await list(`requirements=[${JSON.stringify(entry)}]`);
  expect(result).toEqual({ entries: [`${entry}@10`], problems: [] });
});

test('what `import *` of the project, exec or globals() may bind is not believed', async () => {
  for (const before of ['from .config import *\n', 'exec("LIST = []")\n', 'globals()["LIST"] = []\n']) {
    const { entries, problems } = await list('requirements=LIST', BEFORE + before);
    expect(entries).toEqual([]);
    expect(problems[0]).toContain('which LIST is not');
  }
});

test('a list that may be changed through an alias is not believed', async () => {
  const before = 'OTHER = LIST\nTHIRD = OTHER\n';
  expect((await list('requirements=LIST', BEFORE + before)).entries).toEqual(['a@4', 'b@4']);
  expect((await list('requirements=THIRD', BEFORE + before)).entries).toEqual(['a@4', 'b@4']);
  for (const change of ['THIRD.append("x")', 'OTHER[0] = "x"', 'OTHER += ["x"]', 'change(THIRD)']) {
    const { entries, problems } = await list('requirements=LIST', `${BEFORE}${before}${change}\n`);
    expect(entries).toEqual([]);
    expect(problems[0]).toContain('which LIST is not');
  }
});

test('constants that double each other come to an end', async () => {
  const doubled = Array.from({ length: 60 }, (_, n) => `X${n + 1} = X${n} + X${n}\n`).join('');
  const { problems } = await list('requirements=X60', `X0 = ["a"]\n${doubled}`);
  expect(problems.at(-1)).toContain('must be a list that can be read');
  const text = await list('requirements=[X60]', `X0 = "a"\n${doubled}`);
  expect(text.problems.at(-1)).toContain('must be a list that can be read');
  const loop = await list('requirements=A', 'A = B\nB = A\n');
  expect(loop.problems.at(-1)).toContain('must be a list that can be read');
});

test('long lists and long sums are read', async () => {
  const many = Array.from({ length: 400 }, (_, n) => `"p${n}"`);
  expect((await list(`requirements=[${many.join(', ')}]`)).entries).toHaveLength(400);
  const sum = many.map((each) => `[${each}]`);
  expect((await list(`requirements=${sum.slice(0, 300).join(' + ')}`)).entries).toHaveLength(300);
  // More the parser does not take: that is said, and not that there is no app.
  const { entries, problems } = await list(`requirements=${sum.concat(sum).join(' + ')}`);
  expect(entries).toBeUndefined();
  expect(problems).toEqual(['10: No app found; a statement of the file is too long to be read here']);
});

test('the list of an alias that is a call', async () => {
  const source = `${HEAD}serve = jlserve.app("x", ["numpy"])\n@serve\nclass Demo:\n${BODY}`;
  const { app: found, problems } = await read({ 'app.py': source });
  expect(problems).toEqual([]);
  expect(found?.name).toBe('x');
  expect(found?.requirements.entries).toEqual([{ requirement: 'numpy', file: 'app.py', line: 10 }]);
});

test('`@other.app(…)` is not believed', async () => {
  const source = `${HEAD}other = make()\n@other.app(requirements=["evil"])\nclass Other: pass\n@jlserve.app(requirements=["numpy"])\nclass Demo:\n${BODY}`;
  const { app: found, problems } = await read({ 'app.py': source });
  expect(problems).toEqual([]);
  expect(found?.requirements.entries.map((each) => each.requirement)).toEqual(['numpy']);
});
