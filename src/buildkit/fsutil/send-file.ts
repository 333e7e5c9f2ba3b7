import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type FileEntry, modTimeOf } from '../../context/entry.ts';
import { type OvenbirdError, problem } from '../../errors.ts';
import type { Outbox } from './outbox.ts';
import { BATCH } from './outbox.ts';
import { DATA_OVERHEAD, writeDataHeader } from './packet.ts';

/** Files up to this are read in one call that blocks: six times faster than asking the pool. */
const SMALL = 128 * 1024;

/** Bytes of a file in one DATA packet. */
const CHUNK = BATCH - 2 * DATA_OVERHEAD;

/**
 * Sends one file: DATA packets and the empty one that ends it. The daemon remembers the bytes
 * under the announced size and time, for builds to come as well, so bytes that are not the
 * ones the scan saw must never be completed: they are compared by digest, not by size alone.
 * @throws OvenbirdError CONTEXT_CHANGED when the file is not what was announced any more
 */
export async function sendFile(outbox: Outbox, id: number, entry: FileEntry): Promise<void> {
  if ('bytes' in entry.content) await sendBytes(outbox, id, entry, entry.content.bytes);
  else if (entry.size <= SMALL) await sendSmall(outbox, id, entry, entry.content.file);
  else await sendLarge(outbox, id, entry, entry.content.file);
  if (!outbox.has(DATA_OVERHEAD)) await outbox.makeRoom(DATA_OVERHEAD);
  outbox.advance(writeDataHeader(outbox.buffer, outbox.offset, id, 0));
}

async function sendBytes(outbox: Outbox, id: number, entry: FileEntry, bytes: Uint8Array): Promise<void> {
  if (bytes.length !== entry.size) throw changed(entry);
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const chunk = bytes.subarray(start, start + CHUNK);
    if (!outbox.has(chunk.length + DATA_OVERHEAD)) await outbox.makeRoom(chunk.length + DATA_OVERHEAD);
    const at = writeDataHeader(outbox.buffer, outbox.offset, id, chunk.length);
    outbox.buffer.set(chunk, at);
    outbox.advance(at + chunk.length);
  }
}

async function sendSmall(outbox: Outbox, id: number, entry: FileEntry, file: string): Promise<void> {
  // One byte more than announced, to see that it ends where it should.
  const room = DATA_OVERHEAD + entry.size + 1;
  if (!outbox.has(room)) await outbox.makeRoom(room);
  const { buffer, offset } = outbox;
  const at = writeDataHeader(buffer, offset, id, entry.size);
  const read = readWhole(entry, file, buffer, at);
  if (read !== entry.size) throw changed(entry);
  const digest = hash('sha256', buffer.subarray(at, at + read), 'buffer');
  if (modTimeOf(digest) !== entry.modTime) throw changed(entry);
  // An empty file has no DATA but the one that ends it.
  if (read > 0) outbox.advance(at + read);
}

function readWhole(entry: FileEntry, file: string, buffer: Buffer, at: number): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw unreadable(entry, error);
  }
  try {
    let read = 0;
    for (let count = 1; count > 0 && read <= entry.size;) {
      const wanted = entry.size + 1 - read;
      count = readSync(descriptor, buffer, at + read, wanted, null);
      read += count;
      // At a file's end, and nowhere else, a read gives all but the one byte too many.
      if (count === wanted - 1) break;
    }
    return read;
  } catch (error) {
    throw unreadable(entry, error);
  } finally {
    closeSync(descriptor);
  }
}

async function sendLarge(outbox: Outbox, id: number, entry: FileEntry, file: string): Promise<void> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw unreadable(entry, error);
  });
  try {
    const digest = createHash('sha256');
    let sent = 0;
    while (sent < entry.size) {
      const wanted = Math.min(CHUNK, entry.size - sent);
      await outbox.makeRoom(DATA_OVERHEAD + wanted);
      const { buffer, offset } = outbox;
      // The length stands in front, so a chunk is announced only as long as it was read.
      const at = offset + DATA_OVERHEAD;
      const { bytesRead } = await handle.read(buffer, at, wanted, sent).catch((error: unknown) => {
        throw unreadable(entry, error);
      });
      if (bytesRead === 0) throw changed(entry);
      digest.update(buffer.subarray(at, at + bytesRead));
      const start = writeDataHeader(buffer, offset, id, bytesRead);
      if (start !== at) buffer.copyWithin(start, at, at + bytesRead);
      outbox.advance(start + bytesRead);
      outbox.flush();
      sent += bytesRead;
    }
    const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, sent);
    if (bytesRead > 0 || modTimeOf(digest.digest()) !== entry.modTime) throw changed(entry);
  } finally {
    await handle.close();
  }
}

function changed(entry: FileEntry): OvenbirdError {
  return problem('CONTEXT_CHANGED', `${entry.path} changed while it was being sent to the engine`, {
    hint: 'run the build again',
    location: { file: entry.path },
  });
}

function unreadable(entry: FileEntry, cause: unknown): OvenbirdError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return changed(entry);
  return problem('PROJECT_UNREADABLE', `cannot read ${entry.path}: ${(cause as Error).message}`, {
    location: { file: entry.path },
    cause,
  });
}
