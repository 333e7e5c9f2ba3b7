import type { Problem } from '../errors.ts';
import { readToml } from './toml.ts';

/** One package of a `uv.lock`. Several versions of one name are locked for different platforms. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
}

/** Lists the packages that a `uv.lock` pins; the project itself, which has no registry, is not one. */
export async function lockedPackages(
  text: string,
): Promise<{ readonly packages: readonly LockedPackage[]; readonly problems: readonly Problem[] }> {
  const read = await readToml(text, (z) =>
    z.object({
      package: z
        .array(
          z.object({
            name: z.string(),
            version: z.string().optional(),
            source: z.record(z.string(), z.unknown()).optional(),
          }),
        )
        .optional(),
    }),
  );
  if ('what' in read) return refuse(read.what, read.line);
  const packages = (read.data.package ?? []).flatMap(({ name, version, source }) => {
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
