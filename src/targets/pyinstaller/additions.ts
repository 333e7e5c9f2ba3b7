import { z } from 'zod';

const names = z.array(z.string()).default([]);

/** What an executable was found to lack, as the freezing steps take it. */
export const AdditionsSchema = z.strictObject({
  hiddenImports: names,
  collectSubmodules: names,
  collectData: names,
  copyMetadata: names,
  /** Paths in the bundle. */
  data: names,
  /** `libfoo.so.1` */
  libraries: names,
});

export type Additions = z.infer<typeof AdditionsSchema>;

/** One thing that is missing. */
export interface Remedy {
  readonly kind: keyof Additions;
  readonly name: string;
}

export const NOTHING: Additions = AdditionsSchema.parse({});

/** The additions of earlier rounds, from a plan's facts. */
export function readAdditions(facts: Readonly<Record<string, string>> | undefined): Additions {
  const text = facts?.['additions'];
  return text === undefined ? NOTHING : AdditionsSchema.parse(JSON.parse(text));
}

export function holds(additions: Additions, { kind, name }: Remedy): boolean {
  return additions[kind].includes(name);
}

/** @returns a copy with the remedies, sorted */
export function withRemedies(additions: Additions, remedies: readonly Remedy[]): Additions {
  const all = { ...additions };
  for (const { kind, name } of remedies) all[kind] = [...new Set([...all[kind], name])].sort();
  return all;
}

/** The line of a spec, and the option, that say the same. */
export function linesFor({ kind, name }: Remedy): { readonly spec: string; readonly option: string } {
  const quoted = `'${name}'`;
  switch (kind) {
    case 'hiddenImports':
      return { spec: `hiddenimports += [${quoted}]`, option: `--hidden-import ${name}` };
    case 'collectSubmodules':
      return {
        spec: `hiddenimports += collect_submodules(${quoted})`,
        option: `--collect-submodules ${name}`,
      };
    case 'collectData':
      return { spec: `datas += collect_data_files(${quoted})`, option: `--collect-data ${name}` };
    case 'copyMetadata':
      return { spec: `datas += copy_metadata(${quoted})`, option: `--copy-metadata ${name}` };
    case 'data': {
      const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '.';
      return { spec: `datas += [(${quoted}, '${folder}')]`, option: `--add-data ${name}:${folder}` };
    }
    case 'libraries':
      return { spec: `binaries += [(${quoted}, '.')]`, option: `--add-binary ${name}:.` };
  }
}
