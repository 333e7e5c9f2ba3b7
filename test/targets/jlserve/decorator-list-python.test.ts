import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { app, read } from './read.ts';

/** Runs each source with a jlserve that only records what its decorator gets. */
const RECORDER = `
import json, sys, types
def run(source):
    got = {}
    def app(name=None, requirements=None):
        def decorate(cls):
            if requirements is not None:
                if not isinstance(requirements, list):
                    raise ValueError("not a list")
                if not all(isinstance(each, str) and each.strip() for each in requirements):
                    raise ValueError("not strings")
            got.update(name=name if name else cls.__name__, list=[each.strip() for each in requirements or []])
            return cls
        return decorate
    fake = types.ModuleType("jlserve")
    fake.app, fake.endpoint = app, lambda path=None: lambda method: method
    pydantic = types.ModuleType("pydantic")
    pydantic.BaseModel = object
    sys.modules["jlserve"], sys.modules["pydantic"] = fake, pydantic
    try:
        exec(compile(source, "app.py", "exec"), {"__name__": "user_module"})
    except Exception as error:
        return {"error": type(error).__name__}
    return got
sys.stdout.write(json.dumps([run(source) for source in json.load(sys.stdin)]))
`;

/** The same numbers on every run: a linear congruential generator. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Spelling {
  readonly source: string;
  /** Made of what is promised to be read alone. */
  readonly literal: boolean;
}

class Writer {
  literal = true;
  readonly #next: (below: number) => number;
  readonly #constants: string[] = [];

  constructor(seed: number) {
    this.#next = random(seed);
  }

  spelling(): Spelling {
    const value = this.#list(3);
    const args = this.#pick([
      () => `requirements=${value}`,
      () => `requirements=${value},`,
      () => `"x", ${value}`,
      () => `None, requirements=(${value})`,
      () => `name=${this.#string(1)}, requirements=${value}`,
      () => `requirements=${value}, **{}`,
      () => `\n    # note ")"\n    requirements=(\n${value}\n  ), # end\n`,
    ]);
    const [before, decorator] = this.#pick<[string, string]>([
      () => ['', `@jlserve.app(${args})`],
      () => ['import jlserve as jl\n', `@jl.app(${args})`],
      () => ['from jlserve import app as serve\n', `@serve(${args})`],
      () => ['serve = jlserve.app\n', `@serve(${args})`],
      () => ['', `@(jlserve.app)(${args})`],
    ]);
    const odd = this.#pick([
      () => '',
      () => '',
      () => 'def odd():\n    x = [(yield), *y]\n    return lambda a,: 0\n',
    ]);
    return { source: odd + this.#constants.join('') + app(before + decorator), literal: this.literal };
  }

  #pick<T>(choices: readonly (() => T)[]): T {
    const choice = choices[this.#next(choices.length)];
    if (!choice) throw new Error('nothing to choose from');
    return choice();
  }

  #constant(value: string): string {
    const name = `C${this.#constants.length}`;
    this.#constants.push(this.#pick([() => `${name} = ${value}\n`, () => `${name}: object = (${value})\n`]));
    return name;
  }

  #list(depth: number): string {
    const items = (): string =>
      Array.from({ length: this.#next(4) }, () => this.#item(depth)).join(
        this.#pick([() => ', ', () => ',\n  ', () => ', # "x", *\n']),
      );
    if (depth === 0) return `[${this.#string(0)}]`;
    return this.#pick([
      () => `[${items()}]`,
      () => `[\n${items()}\n]`,
      () => `(${this.#list(depth - 1)})`,
      () => `${this.#list(depth - 1)} + ${this.#list(depth - 1)}`,
      () => this.#constant(this.#list(depth - 1)),
      () =>
        this.#strange([`list(${this.#list(depth - 1)})`, '("a",)', '[*"ab"]', '{"a"}', '["a"] * 2', '[1]']),
    ]);
  }

  #item(depth: number): string {
    if (depth === 0) return this.#string(0);
    return this.#pick([
      () => this.#string(depth - 1),
      () => this.#string(depth - 1),
      () => `*${this.#list(depth - 1)}`.replace(/^\*(.* \+ .*)$/s, '*($1)'),
      () => `* (${this.#string(depth - 1)}, ${this.#string(depth - 1)})`,
      () => `*\n # c\n ${this.#list(0)}`,
    ]);
  }

  #string(depth: number): string {
    const simple = [
      () => '"numpy"',
      () => "'torch>=2'",
      () => '"""scipy"""',
      () => String.raw`"\x61\142c"`,
      () => String.raw`r'pkg'`,
      () => 'u"pkg"',
      () => '"a; python_version < \'3.12\'"',
      () => '"um" "py"',
      () => '"a"\n  # c\n  \'b\'',
      () => 'f"{{}}".strip() and "x"',
    ];
    const last = simple.length - 1;
    const choice = this.#next(depth > 0 ? simple.length + 5 : simple.length);
    if (choice < last) return `(${simple[choice]?.() ?? ''})`;
    if (choice === last)
      return this.#strange(['f"{{}}".strip() or "x"', '"a" if 1 else "b"', '"a%s" % 1', '"ab"[0]']);
    return this.#pick([
      () => `(${this.#string(depth - 1)} + ${this.#string(depth - 1)})`,
      () => this.#constant(this.#string(depth - 1)),
      () => `f"p{${this.#constant('"y"')}}"`,
      () =>
        `rf'''p{ ${this.#constant(this.#pick([() => '12', () => '1_0', () => '2.50', () => '3.0', () => 'True']))} }'''`,
      () => `("p" f"-{${this.#constant('"q"')}}" 'r')`,
    ]);
  }

  /** What a reader may refuse, but must not read wrongly. */
  #strange(choices: readonly string[]): string {
    this.literal = false;
    return choices[this.#next(choices.length)] ?? '';
  }
}

test('of every spelling the same is read as Python evaluates, or it is an error', async () => {
  const spellings = Array.from({ length: 600 }, (_, seed) => new Writer(seed + 1).spelling());
  const answer = execFileSync('python3', ['-I', '-W', 'ignore', '-c', RECORDER], {
    input: JSON.stringify(spellings.map((each) => each.source)),
    encoding: 'utf8',
  });
  const evaluated = JSON.parse(answer) as { error?: string; list?: string[]; name?: string }[];
  const count = { read: 0, refused: 0 };
  for (const [index, { source, literal }] of spellings.entries()) {
    const python = evaluated[index];
    const { app: found, problems } = await read({ 'app.py': source });
    expect(python?.error, source).not.toBe('SyntaxError');
    // What the entries say is checked elsewhere: only how the list is read matters.
    const unread = problems.filter((each) => !each.message.endsWith('as PEP 508 has it'));
    if (unread.length === 0) {
      expect({ list: found?.requirements.entries.map((each) => each.requirement) }, source).toEqual({
        list: python?.list,
      });
      if (found?.name !== undefined) expect(found.name, source).toBe(python?.name);
      count.read += 1;
    } else {
      expect(literal, `${source}\n${unread.map((each) => each.message).join('\n')}`).toBe(false);
      count.refused += 1;
    }
  }
  // The generator gives both kinds in numbers.
  expect(count.read).toBeGreaterThan(250);
  expect(count.refused).toBeGreaterThan(50);
});
