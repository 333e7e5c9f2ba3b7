import type { Command } from './command.ts';

/**
 * `--smoke --help` as `--smoke=--help`, for options whose values may begin with a dash: else it
 * would be another option. What is one of the command's own stays one; it wants the `=`.
 */
export function joinDashValues(argv: readonly string[], commands: readonly Command[]): string[] {
  const options = commands.find(({ name }) => name === argv[0])?.options ?? {};
  const specs = Object.entries(options);
  const dashed = new Set(specs.filter(([, { dashes }]) => dashes).map(([name]) => `--${name}`));
  const own = new Set(
    specs.flatMap(([name, { alias, aliases = [] }]) =>
      [name, ...aliases, ...(alias === undefined ? [] : [alias])].map(asTyped),
    ),
  );
  const joined: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return [...joined, ...argv.slice(index)];
    const next = argv[index + 1] ?? '';
    const isJoined = dashed.has(word) && next.startsWith('-') && next !== '--' && !own.has(next);
    joined.push(isJoined ? `${word}=${next}` : word);
    if (isJoined) index += 1;
  }
  return joined;
}

function asTyped(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
