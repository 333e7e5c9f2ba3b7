import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** @returns the file's size in bytes and its `sha256:…` */
export async function fileDigest(path: string): Promise<{ bytes: number; digest: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const { size } = await stat(path);
  return { bytes: size, digest: `sha256:${hash.digest('hex')}` };
}
