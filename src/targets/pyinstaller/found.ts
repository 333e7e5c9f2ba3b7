import type { FreezeReport } from './report.ts';

/**
 * What only running the program showed, as the lines of a spec that say the same. It is in the
 * executable; with the lines it is there without a run, too.
 */
export function foundByTrace({ found }: FreezeReport): string[] {
  const lines = [...moduleLines(found.hiddenImports), ...fileLines(found.lacking)];
  if (lines.length === 0) return [];
  const says = 'no import names these, but the program uses them when it runs: added, as a spec would by';
  return [says, ...lines.map((line) => `  ${line}`)];
}

/** A module brings the packages that it is in; nothing else of them was brought by another. */
function moduleLines(names: readonly string[]): string[] {
  const last = names.filter((name) => !names.some((other) => other.startsWith(`${name}.`)));
  return last.length === 0 ? [] : [`hiddenimports += [${last.map(quoted).join(', ')}]`];
}

/** By the folder in the bundle: metadata, the data of a package, else files with their neighbours. */
function fileLines(lacking: FreezeReport['found']['lacking']): string[] {
  const lines = lacking.map(([source, folder]) => {
    const distribution = /^(.+)-[^-]+\.dist-info(?:$|\/)/.exec(folder)?.[1];
    if (distribution !== undefined) return `datas += copy_metadata(${quoted(distribution)})`;
    if (isProjects(source)) return `datas += [(${quoted(inProject(source))}, ${quoted(folder)})]`;
    return `datas += collect_data_files(${quoted(folder.replace(/\/.*/, ''))})`;
  });
  return [...new Set(lines)];
}

const PROJECT = '/mnt/project/';

function isProjects(source: string): boolean {
  return source.startsWith(PROJECT);
}

function inProject(source: string): string {
  return source.slice(PROJECT.length);
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
