import type { ContextEntry } from '../../context/entry.ts';
import { HEADER, writeHeader } from '../grpc/frame.ts';
import { WireReader, varintLength, writeVarint } from './wire.ts';

/**
 * `fsutil.types.Stat` (tonistiigi/fsutil, types/stat.proto): path = 1, mode = 2, uid = 3,
 * gid = 4, size = 5, modTime = 6, linkname = 7, devmajor = 8, devminor = 9, xattrs = 10.
 * `mode` is Go's os.FileMode, not st_mode.
 */
export const MODE = {
  directory: 2 ** 31,
  symlink: 2 ** 27,
  device: 2 ** 26,
  namedPipe: 2 ** 25,
  socket: 2 ** 24,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  characterDevice: 2 ** 21,
  sticky: 2 ** 20,
  irregular: 2 ** 19,
} as const;

const KIND_BITS = { file: 0, directory: MODE.directory, symlink: MODE.symlink } as const;

/** Room that an entry's STAT packet takes at most. */
export function statRoom(entry: ContextEntry): number {
  const target = entry.kind === 'symlink' ? entry.target.length : 0;
  return HEADER + 64 + 3 * (entry.path.length + target);
}

/**
 * Writes an entry's STAT packet as one gRPC message; returns the offset after it.
 * Owner and group are 0: whatever the user's ids are, they must not re-key a step.
 */
export function writeStat(target: Buffer, offset: number, entry: ContextEntry): number {
  const path = entry.path;
  const link = entry.kind === 'symlink' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const mode = entry.mode + KIND_BITS[entry.kind];
  const pathBytes = Buffer.byteLength(path);
  const linkBytes = link === '' ? 0 : Buffer.byteLength(link);
  const seconds = entry.modTime;
  const stat =
    1 + varintLength(pathBytes) + pathBytes +
    1 + varintLength(mode) +
    (size === 0 ? 0 : 1 + varintLength(size)) +
    1 + varintLengthOfTime(seconds) +
    (linkBytes === 0 ? 0 : 1 + varintLength(linkBytes) + linkBytes);
  // The packet's type, STAT, is 0 and therefore left out.
  const packet = 1 + varintLength(stat) + stat;
  writeHeader(target, offset, packet);
  let at = offset + HEADER;
  target[at] = 0x12;
  at = writeVarint(target, at + 1, stat);
  target[at] = 0x0a;
  at = writeVarint(target, at + 1, pathBytes);
  at += target.utf8Write(path, at);
  target[at] = 0x10;
  at = writeVarint(target, at + 1, mode);
  if (size !== 0) {
    target[at] = 0x28;
    at = writeVarint(target, at + 1, size);
  }
  target[at] = 0x30;
  at = writeTime(target, at + 1, seconds);
  if (linkBytes !== 0) {
    target[at] = 0x3a;
    at = writeVarint(target, at + 1, linkBytes);
    at += target.utf8Write(link, at);
  }
  return at;
}
