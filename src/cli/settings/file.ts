import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { TomlTableWithoutBigInt } from 'smol-toml';
import type { Problem } from '../../errors.ts';
import { errorCode } from '../../project/unreadable.ts';
import { settingsProblem } from './found.ts';

/** The table of a file that holds the settings, and the file's text for its lines. */
export interface SettingsTable {
  readonly file: string;
  readonly text: string;
  /** `[]`, or `['tool', 'ovenbird']`. */
  readonly path: readonly string[];
  readonly table: Readonly<Record<string, unknown>>;
}

export const OWN_FILE = 'ovenbird.toml';
export const SHARED_FILE = 'pyproject.toml';
const SHARED_PATH = ['tool', 'ovenbird'];

/** Nobody writes so many settings: it is another file under this name. Bytes. */
const LARGEST = 256 * 1024;

/**
 * Finds the settings of a project: `ovenbird.toml` in its folder, else `[tool.ovenbird]` of its
 * `pyproject.toml`. Folders above are not looked at: what is built depends on the project alone.
 * @param root the project's folder, absolute
 */
export async function readSettingsTable(
  root: string,
): Promise<{ readonly settings?: SettingsTable; readonly problems: readonly Problem[] }> {
  const own = readFile(root, OWN_FILE);
  const shared = readFile(root, SHARED_FILE);
  const tables: SettingsTable[] = [];
  const problems: Problem[] = [];
  if ('problem' in own) problems.push(own.problem);
  if ('text' in own) collect(await parseTable(OWN_FILE, own.text, []));
  if ('problem' in shared) problems.push(shared.problem);
  if ('text' in shared) {
    collect(await parseTable(SHARED_FILE, shared.text, SHARED_PATH));
  }
  const [first, second] = tables.filter(({ table }) => Object.keys(table).length > 0);
  if (first && second) {
    problems.push(
      settingsProblem(
        `${OWN_FILE} and [tool.ovenbird] of ${SHARED_FILE} both hold settings`,
        `keep them in one: move them to ${OWN_FILE}, without "tool.ovenbird" in the tables' names`,
        { file: OWN_FILE },
      ),
    );
  }
  return { ...(first === undefined ? {} : { settings: first }), problems };

  function collect(parsed: SettingsTable | Problem | undefined): void {
    if (parsed === undefined) return;
    if ('code' in parsed) problems.push(parsed);
    else tables.push(parsed);
  }
}

async function parseTable(
  file: string,
  text: string,
  path: readonly string[],
): Promise<SettingsTable | Problem | undefined> {
  const { parse, TomlError } = await import('smol-toml');
  let table: unknown;
  try {
    table = parse(text, { maxDepth: 50 }) satisfies TomlTableWithoutBigInt;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [, what = ''] = (error.message.split('\n')[0] ?? '').split(/^Invalid TOML document: /);
    return settingsProblem(`${file} is not valid TOML: ${what}`, 'correct the line: key = "value"', {
      file,
      line: error.line,
      column: error.column,
    });
  }
  for (const part of path) table = isTable(table) && Object.hasOwn(table, part) ? table[part] : undefined;
  if (table === undefined) return undefined;
  if (isTable(table)) return { file, text, path, table };
  return settingsProblem(
    `${path.join('.')} is not a table`,
    `[${path.join('.')}], and a line for each option`,
    {
      file,
    },
  );
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  // Dates are objects of another kind.
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/**
 * A file in the folder; a link may lead to another place in it, not out of it. What is wrong with
 * a `pyproject.toml` that does not speak of us is told by whoever reads it for its packages.
 */
function readFile(
  root: string,
  file: string,
): { readonly text: string } | { readonly problem: Problem } | object {
  const isOwn = file === OWN_FILE;
  const refuse = (message: string, hint: string, line?: number) => ({
    problem: settingsProblem(message, hint, { file, ...(line === undefined ? {} : { line }) }),
  });
  const path = join(root, file);
  let handle: number | undefined;
  try {
    const leads = whereItLeads(root, path);
    if (leads !== undefined) {
      if (!isOwn) return {};
      return refuse(`${file} is a symbolic link that leads ${leads}`, 'put the file itself in its place');
    }
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(handle);
    if (!stats.isFile() && !isOwn) return {};
    if (!stats.isFile()) return refuse(`${file} is not a file`, 'give it another name');
    if (isOwn && stats.size > LARGEST) {
      const hint = `keep what ovenbird needs: README, "Settings"`;
      return refuse(`${file} is larger than ${LARGEST / 1024} KiB: settings are a few lines`, hint);
    }
    const bytes = readFileSync(handle);
    if (!isOwn && !bytes.includes('ovenbird')) return {};
    if (isUtf8(bytes)) return { text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
    return refuse(`${file} is not UTF-8 text`, `save it as UTF-8`, lineOfBadByte(bytes));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    if (!isOwn) return {};
    return refuse(`cannot read ${file} (${code})`, `make it readable: chmod u+r ${file}`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Of a link that does not lead to something in the project, in words. */
function whereItLeads(root: string, path: string): string | undefined {
  try {
    readlinkSync(path);
  } catch {
    return undefined;
  }
  try {
    const folder = realpathSync.native(root);
    const real = realpathSync.native(path);
    return real.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? undefined : 'out of the project';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'nowhere';
    throw error;
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    if (!isUtf8(bytes.subarray(start, end === -1 ? bytes.length : end))) return line;
    if (end === -1) break;
    start = end + 1;
  }
  return line;
}
