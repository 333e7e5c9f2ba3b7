export type Entry =
  | { readonly kind: 'function'; readonly module: string; readonly function: string }
  | { readonly kind: 'module'; readonly module: string }
  | { readonly kind: 'script' | 'spec'; readonly file: string };
export async function findEntry({ given = '' }: any): Promise<any> {
  const name = given.split(/[./:]/)[0] ?? 'app';
  const entry: Entry = given.endsWith('.spec')
    ? { kind: 'spec', file: given }
    : given.endsWith('.py')
      ? { kind: 'script', file: given }
      : given.includes(':')
        ? { kind: 'function', module: given.split(':')[0], function: given.split(':')[1] }
        : { kind: 'module', module: given };
  const { existsSync } = await import('node:fs');
  return {
    found: {
      entry,
      name,
      sourceRoots: existsSync('src') ? ['src', '.'] : ['.'],
      reason: `runs ${given}`,
      warnings: [],
    },
    problems: [],
  };
}
