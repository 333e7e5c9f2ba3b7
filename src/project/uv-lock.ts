import type { Problem } from '../errors.ts';

/** One package of a `uv.lock`. Several versions of one name are locked for different platforms. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
}

/** Lists the packages that a `uv.lock` pins; the project itself, which has no registry, is not one. */
export async function lockedPackages(
  text: string,
): Promise<{ readonly packages: readonly LockedPackage[]; readonly problems: readonly Problem[] }> {
  const [{ parse, TomlError }, { z }] = await Promise.all([import('smol-toml'), import('zod')]);
  const Schema = z.object({
    package: z
      .array(
        z.object({
          name: z.string(),
          version: z.string().optional(),
          source: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .optional(),
  });
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return refuse(error.message.split('\n')[0] ?? '', error.line);
  }
  const checked = Schema.safeParse(document);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return refuse(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const packages = (checked.data.package ?? []).flatMap(({ name, version, source }) => {
    const isOwn = source !== undefined && ['virtual', 'editable', 'directory'].some((key) => key in source);
    return version === undefined || isOwn ? [] : [{ name, version }];
  });
  return { packages, problems: [] };
}

function refuse(
  what: string,
  line?: number,
): { readonly packages: readonly LockedPackage[]; readonly problems: readonly Problem[] } {
  const file = 'uv.lock';
  return {
    packages: [],
    problems: [
      {
        code: 'REQUIREMENTS_INVALID',
        message: `${file}${line === undefined ? '' : `:${line}`}: ${what}`,
        hint: 'make it anew: uv lock',
        location: { file, ...(line === undefined ? {} : { line }) },
      },
    ],
  };
}
