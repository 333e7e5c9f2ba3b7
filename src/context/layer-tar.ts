/** One of its files; the path may hold any character but NUL. */
export interface LayerFile {
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

/** As our steps set it: equal files make equal layers. */
const EPOCH = new Date(Date.UTC(1980, 0, 1));

/**
 * An archive that `ADD` unpacks: files of root's with fixed modes and times, and their folders.
 * @param files by path, relative to the image's root
 * @param folder there in any case: an archive of nothing would be taken for a plain file
 */
export async function layerTar(files: ReadonlyMap<string, LayerFile>, folder?: string): Promise<Uint8Array> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const common = { uid: 0, gid: 0, mtime: EPOCH };
  for (const name of foldersOf([...files.keys(), ...(folder === undefined ? [] : [`${folder}/`])])) {
    archive.entry({ ...common, name, type: 'directory', mode: 0o755 });
  }
  for (const [name, { bytes, executable }] of files) {
    archive.entry({ ...common, name, mode: executable ? 0o755 : 0o644 }, Buffer.from(bytes));
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Outer ones first. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      folders.add(path.slice(0, end));
    }
  }
  return [...folders].toSorted();
}
