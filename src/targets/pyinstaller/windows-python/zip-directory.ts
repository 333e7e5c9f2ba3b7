import { openSync, closeSync, fstatSync, readSync } from 'node:fs';
import { constants, inflateRawSync } from 'node:zlib';

/** A file in a zip archive, as its directory describes it. */
export interface ZipMember {
  readonly name: string;
  /** Where its local header stands. */
  readonly offset: number;
  /** Bytes in the archive. */
  readonly compressed: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
/** The end's record, and the longest comment after it. */
const TAIL = END_BYTES + 0xffff;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** Far beyond any Python's. */
const MOST_DIRECTORY_BYTES = 64 << 20;
/** Of a program, more than holds its headers. */
const HEAD_BYTES = 8192;

/**
 * Reads the directory of a zip archive and nothing else.
 * @returns undefined when it is none, or one that needs the large format
 */
export function readZipDirectory(file: string): readonly ZipMember[] | undefined {
  return withFile(file, (handle) => {
    const { size } = fstatSync(handle);
    const tail = readAt(handle, Math.max(0, size - TAIL), Math.min(size, TAIL));
    const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (end < 0 || end + END_BYTES > tail.length || tail.readUInt32LE(end) !== END) return undefined;
    const bytes = tail.readUInt32LE(end + 12);
    const start = tail.readUInt32LE(end + 16);
    if (bytes > MOST_DIRECTORY_BYTES || start + bytes > size) return undefined;
    return membersOf(readAt(handle, start, bytes), tail.readUInt16LE(end + 10));
  });
}

function membersOf(directory: Buffer, count: number): readonly ZipMember[] | undefined {
  const members: ZipMember[] = [];
  let at = 0;
  while (members.length < count) {
    if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL) return undefined;
    const [name, extra, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    members.push({
      name: directory.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + name).replaceAll('\\', '/'),
      method: directory.readUInt16LE(at + 10),
      compressed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += CENTRAL_BYTES + name + extra + comment;
  }
  return members;
}

/** The first bytes of a member; none where they cannot be read. */
export function readZipHead(file: string, member: ZipMember): Uint8Array {
  return withFile(file, (handle) => {
    const header = readAt(handle, member.offset, LOCAL_BYTES);
    if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL) return new Uint8Array();
    const start = member.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    const bytes = readAt(handle, start, Math.min(member.compressed, HEAD_BYTES));
    if (member.method === 0) return bytes;
    try {
      return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      return new Uint8Array();
    }
  });
}

function withFile<T>(file: string, work: (handle: number) => T): T {
  const handle = openSync(file, 'r');
  try {
    return work(handle);
  } finally {
    closeSync(handle);
  }
}

function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(handle, bytes, 0, length, position));
}
