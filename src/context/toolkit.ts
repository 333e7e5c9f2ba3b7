import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../package-root.ts';

/** One of our own small programs that run inside the build. */
export interface ToolkitFile {
  /** Relative to the context's `toolkit/`: `<step>/<name>`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a target's toolkit: `dockerfiles/<target>/toolkit/<step>/…`, and into each step's
 * folder the modules of `dockerfiles/shared/` that its programs import. A step is given no
 * other module, so that a change in one re-runs only the steps that use it. Then the files
 * that `dockerfiles/<target>/toolkit.json` borrows.
 * @param options.target the folder's name, e.g. `flash`
 * @param options.root our package's folder
 */
export function readToolkit(options: { target: string; root?: string }): ToolkitFile[] {
  const root = options.root ?? PACKAGE_ROOT;
  const dockerfiles = join(root, 'dockerfiles');
  const toolkit = join(dockerfiles, options.target, 'toolkit');
  const shared = new Map(list(join(dockerfiles, 'shared')).map((file) => [file.path, file.bytes] as const));
  const steps = readdirSync(toolkit, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && isShipped(entry.name),
  );
  const programs = steps.flatMap(({ name: step }) => {
    const own = list(join(toolkit, step));
    const all = [...own, ...imported(own, shared)];
    return all.map(({ path, bytes }) => ({ path: `${step}/${path}`, bytes }));
  });
  return [...programs, ...borrowed(root, join(dockerfiles, options.target, 'toolkit.json'))];
}

/**
 * Files that a toolkit takes from elsewhere in the package, such as pinned versions:
 * `toolkit.json` says `{"files": {"<step>/<name>": "<path in the package>"}}`.
 */
function borrowed(root: string, borrowing: string): ToolkitFile[] {
  if (!existsSync(borrowing)) return [];
  const { files } = JSON.parse(readFileSync(borrowing, 'utf8')) as { files: Record<string, string> };
  return Object.entries(files).map(([path, from]) => ({ path, bytes: readFileSync(join(root, from)) }));
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
