import { hash } from 'node:crypto';
import { comparePaths } from '../project/path-order.ts';
import type { BuildPlan } from '../plan/schema.ts';
import type { FileContent, ProjectContents, ProjectFile, ProjectLink, ProjectTree } from '../project/tree.ts';
import {
  modTimeOf,
  type BuildContext,
  type ContextEntry,
  type DirectoryEntry,
  type FileEntry,
} from './entry.ts';
import { layerTar } from './layer-tar.ts';
import { readOutlined } from './outline.ts';
import { readToolkit, type ToolkitFile } from './toolkit.ts';

export interface ComposeOptions {
  /** Becomes `project/`. */
  readonly tree: ProjectTree;
  /** What stands there for some of its files, by path. */
  readonly outlines?: ReadonlyMap<string, Uint8Array>;
  /** Becomes `plan/`: content by path. */
  readonly planFiles: ReadonlyMap<string, string | Uint8Array>;
  /** Becomes `toolkit/`. */
  readonly toolkit: readonly ToolkitFile[];
  /** See `BuildContext`. */
  readonly sharedKey: string;
}

/**
 * The context of a plan: reads our toolkit for its template and composes.
 * @param options.made files of the image that only the build could tell, by path in it
 */
export async function composeContext(options: {
  readonly tree: ProjectTree;
  readonly plan: Pick<BuildPlan, 'template' | 'files' | 'outlines'>;
  readonly made?: Readonly<Record<string, string>> | undefined;
  readonly sharedKey: string;
}): Promise<BuildContext> {
  const { tree, plan, made, sharedKey } = options;
  const planFiles = new Map<string, string | Uint8Array>(Object.entries(plan.files));
  const outlined = plan.outlines && (await readOutlined(tree, plan.outlines));
  if (outlined) planFiles.set('whole.tar', outlined.whole);
  if (made) {
    const files = Object.entries(made).map(([path, text]) => [path, { bytes: Buffer.from(text) }] as const);
    planFiles.set('made.tar', await layerTar(new Map(files)));
  }
  return composeEntries({
    tree,
    ...(outlined ? { outlines: outlined.outlines } : {}),
    planFiles,
    toolkit: readToolkit({ target: plan.template }),
    sharedKey,
  });
}

/** Puts the three roots together, which are there even when empty. Takes any file name. */
export function composeEntries(options: ComposeOptions): BuildContext {
  const { tree, outlines, planFiles, toolkit, sharedKey } = options;
  const plan = Array.from(planFiles, ([path, content]) => inMemory(`plan/${path}`, content));
  const tools = toolkit.map(({ path, bytes }) => inMemory(`toolkit/${path}`, bytes));
  // One root after the other is the daemon's order, and the tree's files are in it.
  const entries: ContextEntry[] = [];
  addRoot(entries, 'plan', plan.toSorted(byPath));
  addRoot(
    entries,
    'project',
    tree.files.map((file, index) => {
      if (file.kind === 'symlink') return linkEntry(file);
      const outline = outlines?.get(file.path);
      if (outline) return inMemory(`project/${file.path}`, outline);
      return new LateFile(file, index, tree.contents);
    }),
  );
  addRoot(entries, 'toolkit', tools.toSorted(byPath));
  return { entries, sharedKey };
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

function linkEntry({ path, digest, target }: ProjectLink): ContextEntry {
  return { kind: 'symlink', path: `project/${path}`, mode: EXECUTABLE, modTime: modTimeOf(digest), target };
}

/** A file of the project, of which only the name is known until it has been read. */
class LateFile implements FileEntry {
  readonly kind = 'file';
  readonly path: string;
  readonly content: { readonly file: string };
  mode = PLAIN;
  size = 0;
  modTime = FOLDER_TIME;
  readonly #index: number;
  readonly #contents: ProjectContents;

  constructor({ path, absolute }: ProjectFile, index: number, contents: ProjectContents) {
    this.path = `project/${path}`;
    this.content = { file: absolute };
    this.#index = index;
    this.#contents = contents;
  }

  settle(): boolean | Promise<boolean> {
    const content = this.#contents.of(this.#index);
    return content instanceof Promise ? content.then((late) => this.#take(late)) : this.#take(content);
  }

  #take(content: FileContent | undefined): boolean {
    if (!content) return false;
    this.mode = content.executable ? EXECUTABLE : PLAIN;
    this.size = content.size;
    this.modTime = modTimeOf(content.digest);
    return true;
  }
}

function byPath(a: ContextEntry, b: ContextEntry): number {
  return comparePaths(a.path, b.path);
}

/**
 * Adds a root, what it holds and every folder between.
 * @param held in the daemon's order, in which all of a folder stands together: a folder is new
 *   exactly when the entry before does not lie in it
 */
function addRoot(entries: ContextEntry[], root: string, held: readonly ContextEntry[]): void {
  entries.push(folder(root));
  let open = `${root}/`;
  for (const entry of held) {
    const { path } = entry;
    while (!path.startsWith(open)) open = open.slice(0, open.lastIndexOf('/', open.length - 2) + 1);
    for (let end = path.indexOf('/', open.length); end > 0; end = path.indexOf('/', end + 1)) {
      entries.push(folder(path.slice(0, end)));
      open = path.slice(0, end + 1);
    }
    entries.push(entry);
  }
}

function folder(path: string): DirectoryEntry {
  return { kind: 'directory', path, mode: EXECUTABLE, modTime: FOLDER_TIME };
}
