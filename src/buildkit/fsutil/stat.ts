import type { ContextEntry } from '../../context/entry.ts';
import { HEADER, writeHeader } from '../grpc/frame.ts';
import { WireReader, varintLength, writeVarint } from '../wire.ts';

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
 * Plain ASCII is written as latin1, which is a copy. Owner and group are 0: whatever the user's ids are, they must not re-key a step.
 */
export function writeStat(target: Buffer, offset: number, entry: ContextEntry): number {
  const path = entry.path;
  const link = entry.kind === 'symlink' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const mode = entry.mode + KIND_BITS[entry.kind];
  const pathBytes = Buffer.byteLength(path);
  const linkBytes = link === '' ? 0 : Buffer.byteLength(link);
  const stat =
    1 +
    varintLength(pathBytes) +
    pathBytes +
    1 +
    varintLength(mode) +
    (size === 0 ? 0 : 1 + varintLength(size)) +
    1 +
    timeLength(entry.modTime) +
    (linkBytes === 0 ? 0 : 1 + varintLength(linkBytes) + linkBytes);
  // The packet's type, STAT, is 0 and therefore left out.
  const packet = 1 + varintLength(stat) + stat;
  writeHeader(target, offset, packet);
  let at = offset + HEADER;
  target[at] = 0x12;
  at = writeVarint(target, at + 1, stat);
  target[at] = 0x0a;
  at = writeVarint(target, at + 1, pathBytes);
  at += target.write(path, at, pathBytes === path.length ? 'latin1' : 'utf8');
  target[at] = 0x10;
  at = writeVarint(target, at + 1, mode);
  if (size !== 0) {
    target[at] = 0x28;
    at = writeVarint(target, at + 1, size);
  }
  target[at] = 0x30;
  at = writeTime(target, at + 1, entry.modTime);
  if (linkBytes !== 0) {
    target[at] = 0x3a;
    at = writeVarint(target, at + 1, linkBytes);
    at += target.write(link, at, linkBytes === link.length ? 'latin1' : 'utf8');
  }
  return at;
}

/** A time's two halves, taken apart without arithmetic on bigints, which allocates. */
const TIME = new BigUint64Array(1);
const HALVES = new Uint32Array(TIME.buffer);

/** The low 28 bits fill four bytes of a varint; the rest fits a number. */
function splitTime(time: bigint): { low: number; high: number } {
  TIME[0] = time;
  const [low, high] = LITTLE_ENDIAN ? [HALVES[0] ?? 0, HALVES[1] ?? 0] : [HALVES[1] ?? 0, HALVES[0] ?? 0];
  SPLIT.low = low & 0xfffffff;
  SPLIT.high = high * 16 + (low >>> 28);
  return SPLIT;
}

const SPLIT = { low: 0, high: 0 };
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function timeLength(time: bigint): number {
  const { low, high } = splitTime(time);
  return high === 0 ? varintLength(low) : 4 + varintLength(high);
}

function writeTime(target: Buffer, offset: number, time: bigint): number {
  const { low, high } = splitTime(time);
  if (high === 0) return writeVarint(target, offset, low);
  target[offset] = (low & 0x7f) | 0x80;
  target[offset + 1] = ((low >>> 7) & 0x7f) | 0x80;
  target[offset + 2] = ((low >>> 14) & 0x7f) | 0x80;
  target[offset + 3] = (low >>> 21) | 0x80;
  return writeVarint(target, offset + 4, high);
}

/** What the daemon says of a file that it sends. */
export interface ReceivedStat {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since the epoch, to the precision of a double. */
  readonly modTime: number;
  readonly linkname: string;
}

/** Decodes a STAT that the daemon sent; owner, device numbers and xattrs are of no use here. */
export function decodeStat(bytes: Buffer): ReceivedStat {
  let path = '';
  let mode = 0;
  let size = 0;
  let modTime = 0;
  let linkname = '';
  const reader = new WireReader(bytes);
  while (reader.next()) {
    if (reader.field === 1 && reader.type === 2) path = reader.bytes().toString('utf8');
    else if (reader.field === 2 && reader.type === 0) mode = reader.varint();
    else if (reader.field === 5 && reader.type === 0) size = reader.varint();
    else if (reader.field === 6 && reader.type === 0) modTime = reader.varint();
    else if (reader.field === 7 && reader.type === 2) linkname = reader.bytes().toString('utf8');
    else reader.skip();
  }
  return { path, mode, size, modTime, linkname };
}
