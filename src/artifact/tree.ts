import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { problem } from '../errors.ts';
import { loadStatCache, type StatCache } from '../project/stat-cache.ts';
import { fileDigest } from './digest.ts';

/** A file of a result, as the build described it before it was received. */
export type TreeFile =
  | {
      /** Relative, with `/`. */
      readonly path: string;
      readonly bytes: number;
      /** Permission bits. */
      readonly mode: number;
      /** `sha256:…`. */
      readonly digest: string;
    }
  | { readonly path: string; readonly link: string };

/** Where a top-level entry of the result goes. */
export interface TreePlace {
  readonly name: string;
  /** Absolute. */
  readonly to: string;
}

/** Size of all files, and a digest: of a single file its own. */
export function treeFacts(files: readonly TreeFile[]): { readonly bytes: number; readonly digest: string } {
  const bytes = files.reduce((sum, file) => sum + ('bytes' in file ? file.bytes : 0), 0);
  const [only, more] = files;
  if (only && 'digest' in only && !more) return { bytes, digest: only.digest };
  const lines = files.map((file) =>
    'link' in file ? `${file.path} -> ${file.link}` : `${file.path} ${file.mode.toString(8)} ${file.digest}`,
  );
  return { bytes, digest: `sha256:${hash('sha256', `${lines.join('\n')}\n`)}` };
}

/**
 * Whether the places hold exactly these files already. A file that was left alone since it was
 * looked at is not read again.
 */
export async function holdsTree({
  files,
  places,
}: {
  readonly files: readonly TreeFile[];
  readonly places: readonly TreePlace[];
}): Promise<boolean> {
  const [first] = places;
  if (!first) return files.length === 0;
  const expected = new Map(files.map((file) => [file.path, file]));
  const seen = loadStatCache(dirname(first.to));
  for (const { name, to } of places) {
    for (const path of pathsBelow(to, name)) {
      const file = expected.get(path);
      if (!file || !(await isSame(file, join(to, path.slice(name.length)), seen))) return false;
      expected.delete(path);
    }
  }
  if (expected.size > 0) return false;
  seen.save();
  return true;
}

function pathsBelow(at: string, path: string): string[] {
  const status = lstatSync(at, { throwIfNoEntry: false });
  if (!status) return [];
  if (!status.isDirectory()) return [path];
  return readdirSync(at).flatMap((name) => pathsBelow(join(at, name), `${path}/${name}`));
}

async function isSame(file: TreeFile, at: string, seen: StatCache): Promise<boolean> {
  const status = lstatSync(at);
  if ('link' in file) return status.isSymbolicLink() && readlinkSync(at) === file.link;
  if (!status.isFile() || status.size !== file.bytes || (status.mode & 0o777) !== file.mode) return false;
  const known = seen.find(file.path, status);
  if (known) return `sha256:${Buffer.from(known).toString('hex')}` === file.digest;
  const hashedAt = Date.now();
  const { digest } = await fileDigest(at);
  seen.add(file.path, status, Buffer.from(digest.slice('sha256:'.length), 'hex'), hashedAt);
  return digest === file.digest;
}

const EXECUTABLE_MAGICS = [Buffer.from([0x7f, 0x45, 0x4c, 0x46]), Buffer.from('MZ')];

/**
 * Refuses to replace what no build of ours made: a file that is no executable, a folder without
 * one at its top.
 * @throws OvenbirdError `OUTPUT_UNSAFE`
 */
export async function checkOwn(path: string): Promise<void> {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return;
  if (status.isFile() && (status.size === 0 || (await isExecutable(path)))) return;
  if (status.isDirectory()) {
    const names = readdirSync(path);
    if (names.length === 0) return;
    for (const name of names) {
      const at = join(path, name);
      if (lstatSync(at).isFile() && (await isExecutable(at))) return;
    }
  }
  throw problem('OUTPUT_UNSAFE', `${path} exists and is no earlier executable: it is left as it is`, {
    hint: 'choose another folder or name: -o DIR, --name NAME',
  });
}

async function isExecutable(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return EXECUTABLE_MAGICS.some(
      (magic) => bytesRead >= magic.length && buffer.subarray(0, magic.length).equals(magic),
    );
  } finally {
    await file.close();
  }
}
