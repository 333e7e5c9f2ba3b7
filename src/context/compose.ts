import { hash } from 'node:crypto';
import { comparePaths } from '../project/path-order.ts';
import type { ProjectTree } from '../project/tree.ts';
import {
  modTimeOf,
  type BuildContext,
  type ContextEntry,
  type DirectoryEntry,
  type FileEntry,
} from './entry.ts';
import { readToolkit, type ToolkitFile } from './toolkit.ts';

export interface ComposeOptions {
  /** Becomes `project/`. */
  readonly tree: ProjectTree;
  /** Becomes `plan/`: content by path. */
  readonly planFiles: ReadonlyMap<string, string | Uint8Array>;
  /** Becomes `toolkit/`. */
  readonly toolkit: readonly ToolkitFile[];
  /** See `BuildContext`. */
  readonly sharedKey: string;
}

/** The context of a plan: reads our toolkit for its template and composes. */
export async function composeContext(options: {
  readonly tree: ProjectTree;
  readonly plan: { readonly template: string; readonly files: Readonly<Record<string, string>> };
  readonly sharedKey: string;
}): Promise<BuildContext> {
  const { tree, plan, sharedKey } = options;
  return composeEntries({
    tree,
    planFiles: new Map(Object.entries(plan.files)),
    toolkit: readToolkit({ target: plan.template }),
    sharedKey,
  });
}

/** Puts the three roots together. Pure; takes any file name. */
export function composeEntries(options: ComposeOptions): BuildContext {
  const entries: ContextEntry[] = [];
  for (const file of options.tree.files) {
    const path = `project/${file.path}`;
    const modTime = modTimeOf(file.digest);
    entries.push(
      file.kind === 'file'
        ? {
            kind: 'file',
            path,
            mode: file.executable ? EXECUTABLE : PLAIN,
            modTime,
            size: file.size,
            content: { file: file.absolute },
          }
        : { kind: 'symlink', path, mode: EXECUTABLE, modTime, target: file.target },
    );
  }
  for (const [path, content] of options.planFiles) entries.push(inMemory(`plan/${path}`, content));
  for (const { path, bytes } of options.toolkit) entries.push(inMemory(`toolkit/${path}`, bytes));
  entries.push(...folders(entries));
  entries.sort((a, b) => comparePaths(a.path, b.path));
  return { entries, sharedKey: options.sharedKey };
}

/** Modes by rule: the user's umask and checkout must not change a build. */
const PLAIN = 0o644;
const EXECUTABLE = 0o755;

/** A folder has no content of its own: its time never changes. */
const FOLDER_TIME = modTimeOf(new Uint8Array(8));

function inMemory(path: string, content: string | Uint8Array): FileEntry {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const modTime = modTimeOf(hash('sha256', bytes, 'buffer'));
  return { kind: 'file', path, mode: PLAIN, modTime, size: bytes.length, content: { bytes } };
}

/** The three roots, which are there even when empty, and every folder that holds something. */
function folders(entries: readonly ContextEntry[]): DirectoryEntry[] {
  const paths = new Set(['project', 'plan', 'toolkit']);
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (paths.has(folder)) break;
      paths.add(folder);
    }
  }
  return Array.from(paths, (path) => ({
    kind: 'directory',
    path,
    mode: EXECUTABLE,
    modTime: FOLDER_TIME,
  }));
}
