import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeOutput } from '../target.ts';
import type { FreezeReport } from './report.ts';
import type { System } from './system.ts';

/** What failed is kept beside the place of what may work. */
const ASIDE = '.failed';

/** The executables of one system. */
export type SystemTree = Omit<TreeOutput, 'stage'>;

/** @param folder where they go @param aside whether they failed */
export function treeOf(
  report: FreezeReport,
  { system, folder, aside }: { readonly system: System; readonly folder: string; readonly aside: boolean },
): SystemTree {
  const names = [...new Set(report.files.map(({ path }) => path.split('/', 1)[0] ?? path))];
  const places = names.map((name) => ({
    name: `${system}/${name}`,
    to: join(folder, aside ? name + ASIDE : name),
  }));
  const [only, more] = places;
  const isFile = report.files.length === 1 && report.files[0]?.path === names[0];
  return {
    files: report.files.map((file) => ({ ...file, path: `${system}/${file.path}` })),
    places,
    path: only && !more ? only.to : folder,
    isFolder: !(only && !more && isFile),
    obsolete: aside ? [] : names.map((name) => join(folder, name + ASIDE)).filter((path) => existsSync(path)),
  };
}

/** @param folder of all systems */
export function treeOfAll(
  trees: readonly SystemTree[],
  { stage, folder }: { readonly stage: string; readonly folder: string },
): TreeOutput {
  const [only, more] = trees;
  return {
    stage,
    files: trees.flatMap(({ files }) => files),
    places: trees.flatMap(({ places }) => places),
    path: only && !more ? only.path : folder,
    isFolder: !only || more !== undefined || only.isFolder,
    obsolete: trees.flatMap(({ obsolete }) => obsolete),
  };
}
