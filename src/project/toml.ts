import type { z } from 'zod';

/** What was read, or what is wrong with it; `line` counts from 1 and is there for syntax errors. */
export type ReadToml<T> = { readonly data: T } | { readonly what: string; readonly line?: number };

/** Parses TOML. Its library is loaded only for projects that have such a file. */
export async function parseToml(text: string): Promise<ReadToml<Readonly<Record<string, unknown>>>> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return { data: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { what: error.message.split('\n')[0] ?? '', line: error.line };
  }
}

/**
 * Parses TOML and checks it.
 * @param makeSchema what the document must be like
 */
export async function readToml<T>(
  text: string,
  makeSchema: (zod: typeof z) => z.ZodType<T>,
): Promise<ReadToml<T>> {
  const [parsed, { z: zod }] = await Promise.all([parseToml(text), import('zod')]);
  if ('what' in parsed) return parsed;
  const checked = makeSchema(zod).safeParse(parsed.data);
  if (checked.success) return { data: checked.data };
  const [issue] = checked.error.issues;
  return { what: `${issue?.path.join('.')}: ${issue?.message}` };
}
