import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Header } from 'tar-stream';

export interface RenameOptions {
  /** An archive as `docker save` writes it. */
  readonly from: string;
  /** Must not exist. */
  readonly to: string;
  /** The names that its one image shall have, each with a tag. */
  readonly tags: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Gives the image in an archive other names. That way an image can be saved under the name
 * that it was checked under: the engine's own names never move.
 */
export async function renameImage({ from, to, tags, signal }: RenameOptions): Promise<void> {
  const input = extract();
  const output = pack();
  input.on('entry', (header, stream, next) => {
    if (header.name in INDEXES && header.type === 'file') {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk as Buffer));
      stream.on('end', () => {
        const text = JSON.stringify(
          INDEXES[header.name]?.(JSON.parse(Buffer.concat(chunks).toString('utf8')), tags),
        );
        output.entry({ ...fixed(header), size: Buffer.byteLength(text) }, text, next);
      });
      return;
    }
    const entry = output.entry(fixed(header), next);
    stream.pipe(entry);
  });
  const reading = pipeline(createReadStream(from), input, { signal }).then(
    () => output.finalize(),
    (error: unknown) => {
      output.destroy(error as Error);
      throw error;
    },
  );
  await Promise.all([reading, pipeline(output, createWriteStream(to, { flags: 'wx' }), { signal })]);
}

/** Equal images make equal archives. */
function fixed(header: Header): Header {
  const plain = { ...header, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };
  delete plain.pax;
  return plain;
}

type Rewrite = (document: unknown, tags: readonly string[]) => unknown;

/** The three places where an archive names its images: the oldest format's, docker's, OCI's. */
const INDEXES: Readonly<Record<string, Rewrite>> = {
  'manifest.json': (document, tags) =>
    (document as readonly object[]).map((image) => ({ ...image, RepoTags: tags })),
  repositories: (document, tags) => {
    // {repository: {tag: id of the last layer}}
    const [known] = Object.values(document as Record<string, Record<string, string>>);
    const [layer = ''] = Object.values(known ?? {});
    const renamed: Record<string, Record<string, string>> = {};
    for (const name of tags) {
      const at = name.lastIndexOf(':');
      (renamed[name.slice(0, at)] ??= {})[name.slice(at + 1)] = layer;
    }
    return renamed;
  },
  'index.json': (document, tags) => {
    const index = document as { manifests: readonly { annotations?: Record<string, string> }[] };
    return {
      ...index,
      manifests: index.manifests.flatMap((manifest) =>
        tags.map((tag) => ({
          ...manifest,
          annotations: {
            ...manifest.annotations,
            'io.containerd.image.name': tag,
            'org.opencontainers.image.ref.name': tag.slice(tag.lastIndexOf(':') + 1),
          },
        })),
      ),
    };
  },
};
