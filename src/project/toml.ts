import type { z } from 'zod';

/** What was read, or what is wrong with it; `line` counts from 1 and is there for syntax errors. */
export type ReadToml<T> = { readonly data: T } | { readonly what: string; readonly line?: number };

/**
 * Parses TOML and checks it. Both libraries are loaded only for projects that have such a file.
 * @param makeSchema what the document must be like
 */
export async function readToml<T>(
  text: string,
  makeSchema: (zod: typeof z) => z.ZodType<T>,
): Promise<ReadToml<T>> {
  const [{ parse, TomlError }, { z: zod }] = await Promise.all([import('smol-toml'), import('zod')]);
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { what: error.message.split('\n')[0] ?? '', line: error.line };
  }
  const checked = makeSchema(zod).safeParse(document);
  if (checked.success) return { data: checked.data };
  const [issue] = checked.error.issues;
  return { what: `${issue?.path.join('.')}: ${issue?.message}` };
}
