import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRequirement } from '../../project/pep508.ts';
import { readPyprojectText } from '../../project/pyproject.ts';
import { readToml } from '../../project/toml.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { specsOf } from './entry-search.ts';
import { folderOf, HERE } from './layout.ts';

const NAME = 'pyinstaller';

/**
 * True for a project with a spec, one that has PyInstaller among its packages (those of
 * development too), and one whose settings say so. Any program could be an executable: nothing
 * else counts.
 */
export async function looksLikePyinstaller(tree: ProjectTree): Promise<boolean> {
  if (specsOf(tree).length > 0 || inRequirements(tree)) return true;
  const own = readText(tree.root, 'ovenbird.toml');
  if (own !== undefined && (await saysTarget(own, []))) return true;
  const text = readPyprojectText(tree.root);
  if (text === undefined || !/pyinstaller/i.test(text)) return false;
  return (await saysTarget(text, ['tool', 'ovenbird'])) || (await inPyproject(text));
}

/** `requirements.txt`, `dev-requirements.txt`, `requirements/dev.txt` */
function inRequirements({ files, root }: ProjectTree): boolean {
  const lists = files.filter(({ path }) => {
    const isList = folderOf(path) === HERE && /requirements.*\.(?:txt|in)$/i.test(path);
    return isList || /^requirements\/[^/]+\.(?:txt|in)$/i.test(path);
  });
  return lists.some(({ path }) => (readText(root, path) ?? '').split(/\r\n|\r|\n/).some(namesIt));
}

function namesIt(line: string): boolean {
  const bare = line.replace(/\s+(?:#|--).*/, '').replace(/\s*\\$/, '');
  return parseRequirement(bare)?.name === NAME;
}

async function saysTarget(text: string, path: readonly string[]): Promise<boolean> {
  const read = await readToml(text, (z) => z.unknown());
  if (!('data' in read)) return false;
  return at(read.data, [...path, 'target']) === NAME;
}

/** Tables that list requirements, and those whose keys are names of packages. */
async function inPyproject(text: string): Promise<boolean> {
  const read = await readToml(text, (z) => z.unknown());
  if (!('data' in read)) return false;
  const { data } = read;
  const groups = (...path: readonly string[]): unknown[] => Object.values(tableAt(data, path));
  const lists = [
    at(data, ['project', 'dependencies']),
    ...groups('project', 'optional-dependencies'),
    ...groups('dependency-groups'),
    at(data, ['tool', 'uv', 'dev-dependencies']),
    ...groups('tool', 'pdm', 'dev-dependencies'),
  ];
  const named = lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  if (named.some((each) => typeof each === 'string' && namesIt(each))) return true;
  const tables = [
    tableAt(data, ['tool', 'poetry', 'dependencies']),
    tableAt(data, ['tool', 'poetry', 'dev-dependencies']),
    ...groups('tool', 'poetry', 'group').map((group) => tableAt(group, ['dependencies'])),
  ];
  return tables.some((table) => Object.keys(table).some((name) => name.toLowerCase() === NAME));
}

function at(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((table, key) => (isTable(table) ? table[key] : undefined), document);
}

function tableAt(document: unknown, path: readonly string[]): Readonly<Record<string, unknown>> {
  const found = at(document, path);
  return isTable(found) ? found : {};
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
