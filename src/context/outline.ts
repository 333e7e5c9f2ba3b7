import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { problem } from '../errors.ts';
import type { BuildPlan } from '../plan/schema.ts';
import { printable } from '../project/names.ts';
import type { ProjectTree } from '../project/tree.ts';
import { layerTar, type LayerFile } from './layer-tar.ts';

type Outlines = NonNullable<BuildPlan['outlines']>;
type TextEdit = Readonly<Outlines['files'][string][number]>;

export interface OutlinedFiles {
  /** What the steps see, by path in the project. */
  readonly outlines: ReadonlyMap<string, Uint8Array>;
  /** The files as they are. */
  readonly whole: Uint8Array;
}

/**
 * Reads the files that a plan outlines.
 * @throws OvenbirdError CONTEXT_CHANGED when one is not what was planned from any more
 */
export async function readOutlined(tree: ProjectTree, { folder, files }: Outlines): Promise<OutlinedFiles> {
  const outlines = new Map<string, Uint8Array>();
  const whole = new Map<string, LayerFile>();
  for (const [path, edits] of Object.entries(files)) {
    const index = tree.files.findIndex((file) => file.path === path);
    const content = await tree.contents.of(index);
    const bytes = readFileSync(tree.files[index]?.absolute ?? '');
    if (!content || !hash('sha256', bytes, 'buffer').equals(content.digest)) {
      throw problem('CONTEXT_CHANGED', `${printable(path)} changed while the project was being read`, {
        hint: 'build again',
      });
    }
    outlines.set(path, outlineOf(bytes, edits));
    whole.set(`${folder}/${path}`, { bytes, executable: content.executable });
  }
  return { outlines, whole: await layerTar(whole, folder) };
}

/** @param edits of the text that the bytes encode in UTF-8; a byte order mark is not part of it */
export function outlineOf(bytes: Uint8Array, edits: readonly TextEdit[]): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  let outline = '';
  let at = 0;
  for (const edit of edits) {
    outline += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return Buffer.from(outline + text.slice(at));
}
