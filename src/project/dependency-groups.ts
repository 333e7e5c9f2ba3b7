import type { Problem } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { normaliseName } from './pep508.ts';
import { poetryDependencies } from './poetry.ts';
import { readPyprojectText, wrongInPyproject } from './pyproject.ts';
import { parseToml } from './toml.ts';
import { tomlEntries } from './toml-entries.ts';

/** What groups of `pyproject.toml` ask for. */
export interface GroupRequirements {
  readonly entries: readonly { readonly requirement: string; readonly file: string; readonly line: number }[];
  readonly problems: readonly Problem[];
}

/**
 * Reads groups of `[dependency-groups]` (PEP 735), and of Poetry's own `[tool.poetry.group.…]`.
 * @param root the project's folder, absolute
 * @param names as they were asked for; PEP 735 compares them as it does packages
 */
export async function readGroups(root: string, names: readonly string[]): Promise<GroupRequirements> {
  if (names.length === 0) return { entries: [], problems: [] };
  const text = readPyprojectText(root);
  if (text === undefined) return { entries: [], problems: names.map((name) => unknown(name, [])) };
  const parsed = await parseToml(text);
  // A file that is no TOML is told by whoever reads the project's own dependencies.
  if ('what' in parsed) return { entries: [], problems: [] };
  const reader = new GroupReader(text, parsed.data);
  for (const name of names) reader.read(name);
  return reader;
}

class GroupReader implements GroupRequirements {
  readonly entries: { requirement: string; file: string; line: number }[] = [];
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #groups: ReadonlyMap<string, readonly [name: string, value: unknown]>;
  readonly #poetry: Readonly<Record<string, unknown>>;
  readonly #lines: ReturnType<typeof tomlEntries>;
  readonly #seen = new Set<string>();

  constructor(text: string, data: Readonly<Record<string, unknown>>) {
    this.#text = text;
    this.#lines = tomlEntries(text);
    this.#groups = new Map(
      Object.entries(tableOf(data['dependency-groups'])).map(([name, value]) => [
        normaliseName(name),
        [name, value],
      ]),
    );
    this.#poetry = tableOf(tableOf(tableOf(data['tool'])['poetry'])['group']);
  }

  /** @param from the group that includes it, with the place */
  read(name: string, from?: { readonly name: string; readonly line: number }): void {
    const found = this.#groups.get(normaliseName(name));
    if (found) {
      // Groups may include each other: once is enough.
      if (this.#seen.has(found[0])) return;
      this.#seen.add(found[0]);
      this.#group(...found);
      return;
    }
    const poetry = tableOf(this.#poetry[name]);
    if (Object.hasOwn(this.#poetry, name)) {
      const path = ['tool', 'poetry', 'group', name, 'dependencies'];
      const read = poetryDependencies(this.#text, path, tableOf(poetry['dependencies']));
      this.entries.push(...read.dependencies.map((each) => ({ ...each, file: 'pyproject.toml' })));
      this.problems.push(...read.problems);
      return;
    }
    const known = [...Array.from(this.#groups.values(), ([each]) => each), ...Object.keys(this.#poetry)];
    this.problems.push(
      from
        ? wrongInPyproject(
            `dependency-groups.${from.name} includes the group "${name}", which is not there`,
            from.line,
          )
        : unknown(name, known),
    );
  }

  #group(name: string, value: unknown): void {
    const entry = this.#lines.find(({ path }) => path[0] === 'dependency-groups' && path[1] === name);
    const line = entry?.line ?? 1;
    if (!Array.isArray(value)) {
      this.problems.push(
        wrongInPyproject(`dependency-groups.${name} must be a list`, line, `write: ${name} = ["…"]`),
      );
      return;
    }
    for (const item of value as readonly unknown[]) {
      const included = tableOf(item)['include-group'];
      if (typeof item === 'string') {
        this.entries.push({
          requirement: item,
          file: 'pyproject.toml',
          line: entry?.items.get(item) ?? line,
        });
      } else if (typeof included === 'string') {
        this.read(included, { name, line });
      } else {
        const hint = 'write a requirement, or {include-group = "other"}';
        this.problems.push(
          wrongInPyproject(`dependency-groups.${name} holds what is no requirement`, line, hint),
        );
      }
    }
  }
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isTable ? (value as Record<string, unknown>) : {};
}

function unknown(name: string, known: readonly string[]): Problem {
  const meant = nearest(name, known);
  const there = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return {
    code: 'USAGE',
    message: `--group: pyproject.toml has no dependency group "${name}"; ${there}`,
    hint:
      meant === undefined ? 'name one that is there, or leave --group out' : `did you mean: --group ${meant}`,
  };
}
