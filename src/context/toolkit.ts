import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../package-root.ts';

/** One of our own small programs that run inside the build. */
export interface ToolkitFile {
  /** Relative to the context's `toolkit/`: `<step>/<name>`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a toolkit takes from elsewhere in the package. */
interface Borrowing {
  /** Steps of `dockerfiles/shared/steps/` that it has in common with other targets. */
  readonly steps: readonly string[];
  /** Single files, such as pinned versions: `<step>/<name>` → path in the package. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Reads a target's toolkit: `dockerfiles/<target>/toolkit/<step>/…` and the shared steps that
 * `dockerfiles/<target>/toolkit.json` names, and into each step's folder the modules of
 * `dockerfiles/shared/` that its programs import. A step is given no other module, so that a
 * change in one re-runs only the steps that use it. Then the single files that it borrows.
 * @param options.target the folder's name, e.g. `flash`
 * @param options.root our package's folder
 */
export function readToolkit(options: { target: string; root?: string }): ToolkitFile[] {
  const root = options.root ?? PACKAGE_ROOT;
  const dockerfiles = join(root, 'dockerfiles');
  const toolkit = join(dockerfiles, options.target, 'toolkit');
  const borrowing = readBorrowing(`${toolkit}.json`);
  const shared = new Map(
    modules(join(dockerfiles, 'shared')).map((file) => [file.path, file.bytes] as const),
  );
  const folders = [
    ...stepNames(toolkit).map((step) => [step, join(toolkit, step)] as const),
    ...borrowing.steps.map((step) => [step, join(dockerfiles, 'shared/steps', step)] as const),
  ];
  const programs = folders.flatMap(([step, folder]) => {
    const own = list(folder);
    const all = [...own, ...imported(own, shared)];
    return all.map(({ path, bytes }) => ({ path: `${step}/${path}`, bytes }));
  });
  const single = Object.entries(borrowing.files);
  return [...programs, ...single.map(([path, from]) => ({ path, bytes: readFileSync(join(root, from)) }))];
}

function readBorrowing(file: string): Borrowing {
  if (!existsSync(file)) return { steps: [], files: {} };
  const { steps = [], files = {} } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Borrowing>;
  return { steps, files };
}

function stepNames(toolkit: string): string[] {
  const entries = readdirSync(toolkit, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && isShipped(entry.name)).map(({ name }) => name);
}

/** The modules beside the shared steps. */
function modules(folder: string): ToolkitFile[] {
  return list(folder).filter(({ path }) => !path.includes('/'));
}

/** Files below a folder, by path relative to it. */
function list(folder: string, prefix = ''): ToolkitFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => isShipped(entry.name))
    .flatMap((entry): ToolkitFile[] => {
      const at = join(folder, entry.name);
      const path = prefix + entry.name;
      if (entry.isDirectory()) return list(at, `${path}/`);
      return entry.isFile() ? [{ path, bytes: readFileSync(at) }] : [];
    });
}

/** Byte code and editors' leavings would make two checkouts build different things. */
function isShipped(name: string): boolean {
  return !name.startsWith('.') && name !== '__pycache__' && !/\.py[cod]$|~$/.test(name);
}

/** The shared modules that programs import, and those that these import. */
function imported(programs: readonly ToolkitFile[], shared: ReadonlyMap<string, Uint8Array>): ToolkitFile[] {
  const found = new Map<string, ToolkitFile>();
  const queue = [...programs];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const name of importedNames(next)) {
      const path = `${name}.py`;
      const bytes = shared.get(path);
      if (bytes === undefined || found.has(path)) continue;
      const file = { path, bytes };
      found.set(path, file);
      queue.push(file);
    }
  }
  return [...found.values()];
}

function importedNames(file: ToolkitFile): string[] {
  if (!file.path.endsWith('.py')) return [];
  const lines = Buffer.from(file.bytes)
    .toString('utf8')
    .matchAll(/^[ \t]*(from|import)[ \t]+(.*)$/gm);
  return Array.from(lines).flatMap(([, keyword, rest = '']) =>
    (keyword === 'from' ? [rest] : rest.split(',')).map((part) => /^\s*(\w+)/.exec(part)?.[1] ?? ''),
  );
}
