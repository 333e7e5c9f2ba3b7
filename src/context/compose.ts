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
  /** Further roots by name: what the plan's `inputs` are. */
  readonly inputs?: ReadonlyMap<string, ProjectTree> | undefined;
  /** Becomes `plan/`: content by path. */
  readonly planFiles: ReadonlyMap<string, string | Uint8Array>;
  /** Becomes `toolkit/`. */
  readonly toolkit: readonly ToolkitFile[];
  /** See `BuildContext`. */
  readonly sharedKey: string;
}

/**
 * The context of a plan: reads our toolkit for its template and composes.
 * @param options.inputs the trees that the plan's `inputs` name
 * @param options.made files of the image that only the build could tell, by path in it
 */
export async function composeContext(options: {
  readonly tree: ProjectTree;
  readonly plan: Pick<BuildPlan, 'template' | 'files' | 'outlines' | 'inputs'>;
  readonly inputs?: ReadonlyMap<string, ProjectTree> | undefined;
  readonly made?: Readonly<Record<string, string>> | undefined;
  readonly sharedKey: string;
}): Promise<BuildContext> {
  const { tree, plan, inputs, made, sharedKey } = options;
  const lacking = Object.keys(plan.inputs ?? {}).find((name) => !inputs?.has(name));
  if (lacking !== undefined) throw new Error(`the plan's input ${lacking} was not given`);
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
    inputs,
    planFiles,
    toolkit: readToolkit({ target: plan.template }),
    sharedKey,
  });
}

/** Puts the roots together, of which three are there even when empty. Takes any file name. */
export function composeEntries(options: ComposeOptions): BuildContext {
  const { tree, outlines, inputs = new Map<string, ProjectTree>(), planFiles, toolkit, sharedKey } = options;
  const plan = Array.from(planFiles, ([path, content]) => inMemory(`plan/${path}`, content));
  const tools = toolkit.map(({ path, bytes }) => inMemory(`toolkit/${path}`, bytes));
  // Inside a root, the tree's files are in the daemon's order.
  const roots = new Map<string, readonly ContextEntry[]>([
    ['plan', plan.toSorted(byPath)],
    ['project', treeEntries('project', tree, outlines)],
    ['toolkit', tools.toSorted(byPath)],
    ...Array.from(inputs, ([name, input]) => [name, treeEntries(name, input)] as const),
  ]);
  const entries: ContextEntry[] = [];
  for (const [root, held] of [...roots].toSorted(([a], [b]) => comparePaths(a, b))) {
    addRoot(entries, root, held);
  }
  return { entries, sharedKey };
}

function treeEntries(
  root: string,
  tree: ProjectTree,
  outlines?: ReadonlyMap<string, Uint8Array>,
): readonly ContextEntry[] {
  return tree.files.map((file, index) => {
    const path = `${root}/${file.path}`;
    if (file.kind === 'symlink') return linkEntry(path, file);
    const outline = outlines?.get(file.path);
    if (outline) return inMemory(path, outline);
    return new LateFile(path, file, index, tree.contents);
  });
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

function linkEntry(path: string, { digest, target }: ProjectLink): ContextEntry {
  return { kind: 'symlink', path, mode: EXECUTABLE, modTime: modTimeOf(digest), target };
}

/** A file of a tree, of which only the name is known until it has been read. */
class LateFile implements FileEntry {
  readonly kind = 'file';
  readonly path: string;
  readonly content: { readonly file: string };
  mode = PLAIN;
  size = 0;
  modTime = FOLDER_TIME;
  readonly #index: number;
  readonly #contents: ProjectContents;

  constructor(path: string, { absolute }: ProjectFile, index: number, contents: ProjectContents) {
    this.path = path;
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
