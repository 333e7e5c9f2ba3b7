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
 * file's place since it was listed does not hold us up.
 * @param absolute the file
 * @throws the file system's error
 */
export function hashFile(absolute: string): HashedFile {
  buffer ??= Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = openSync(absolute, flags);
  try {
    const first = readSync(handle, buffer, 0, BUFFER_BYTES, null);
    if (first < BUFFER_BYTES) {
      return { digest: hash('sha256', buffer.subarray(0, first), 'buffer'), size: first };
    }
    const running = createHash('sha256');
    let size = 0;
    for (let count = first; count > 0;) {
      running.update(buffer.subarray(0, count));
      size += count;
      count = readSync(handle, buffer, 0, BUFFER_BYTES, null);
    }
    return { digest: running.digest(), size };
  } finally {
    closeSync(handle);
  }
}
