import { createHash, hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';

/** One buffer for all reads: a fresh one for each file costs as much as the reading. Bytes. */
const BUFFER_BYTES = 1 << 20;
let buffer: Buffer | undefined;

export interface HashedFile {
  /** SHA-256, 32 bytes. */
  readonly digest: Uint8Array;
  /** Bytes that were hashed. */
  readonly size: number;
}

/**
 * Reads a file once, in constant memory. A link is not followed, and a fifo that took the
 * file's place since it was listed does not hold us up. A file that fits the buffer is hashed
 * at once: on many small files that takes a third of the asynchronous calls' time. A longer one
 * would hold up whatever else is under way, such as the engine's look whether we live.
 * @param absolute the file
 * @param pause lets others have a turn; called after each part of a long file
 * @throws the file system's error, and whatever `pause` rejects with
 */
export function hashFile(absolute: string, pause: () => Promise<void>): HashedFile | Promise<HashedFile> {
  const shared = (buffer ??= Buffer.allocUnsafeSlow(BUFFER_BYTES));
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = openSync(absolute, flags);
  let long = false;
  try {
    const first = readSync(handle, shared, 0, BUFFER_BYTES, null);
    long = first === BUFFER_BYTES;
    if (!long) return { digest: hash('sha256', shared.subarray(0, first), 'buffer'), size: first };
  } finally {
    if (!long) closeSync(handle);
  }
  return hashRest(handle, Buffer.from(shared), pause);
}

/** @param part a buffer of its own, which holds the file's first bytes */
async function hashRest(handle: number, part: Buffer, pause: () => Promise<void>): Promise<HashedFile> {
  const running = createHash('sha256');
  let size = 0;
  try {
    for (let count = part.length; count > 0;) {
      running.update(part.subarray(0, count));
      size += count;
      await pause();
      count = readSync(handle, part, 0, part.length, null);
    }
    return { digest: running.digest(), size };
  } finally {
    closeSync(handle);
  }
}
