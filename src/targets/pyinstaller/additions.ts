import { z } from 'zod';
import type { System } from './system.ts';

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

/** The additions of earlier rounds, as `discoverMissing` says them. */
export function readAdditions(
  facts: Readonly<Record<string, string>> | undefined,
): Readonly<Record<System, Additions>> {
  const read = (system: System): Additions => {
    const text = facts?.[system];
    return text === undefined ? NOTHING : AdditionsSchema.parse(JSON.parse(text));
  };
  return { linux: read('linux'), windows: read('windows') };
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

/** What each kind is called in a spec and on the command line. */
const LINES: Readonly<
  Record<
    keyof Additions,
    (name: string, folder: string) => { readonly spec: string; readonly option: string }
  >
> = {
  hiddenImports: (name) => ({ spec: `hiddenimports += ['${name}']`, option: `--hidden-import ${name}` }),
  collectSubmodules: (name) => ({
    spec: `hiddenimports += collect_submodules('${name}')`,
    option: `--collect-submodules ${name}`,
  }),
  collectData: (name) => ({
    spec: `datas += collect_data_files('${name}')`,
    option: `--collect-data ${name}`,
  }),
  copyMetadata: (name) => ({ spec: `datas += copy_metadata('${name}')`, option: `--copy-metadata ${name}` }),
  data: (name, folder) => ({
    spec: `datas += [('${name}', '${folder}')]`,
    option: `--add-data ${name}:${folder}`,
  }),
  libraries: (name) => ({ spec: `binaries += [('${name}', '.')]`, option: `--add-binary ${name}:.` }),
};

/** The line of a spec, and the option, that say the same. */
export function linesFor({ kind, name }: Remedy): { readonly spec: string; readonly option: string } {
  return LINES[kind](name, name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '.');
}
