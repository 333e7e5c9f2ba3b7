/** fsutil packets as a peer would write them, by another way than the code under test. */

/** Protobuf fields from (number, value) pairs: numbers and bigints as varints, the rest as bytes. */
export function fields(
  ...pairs: readonly (readonly [number, number | bigint | string | Uint8Array])[]
): Buffer {
  return Buffer.concat(
    pairs.map(([field, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint')
        return Buffer.concat([varint(field << 3), varint(value)]);
      const bytes = Buffer.from(value);
      return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
    }),
  );
}

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export interface StatFields {
  readonly path: string | Uint8Array;
  readonly mode?: number;
  readonly size?: number;
  readonly linkname?: string;
  readonly modTime?: bigint;
}

export function stat({
  path,
  mode = 0o644,
  size = 0,
  linkname = '',
  modTime = 1_600_000_000_123_456_789n,
}: StatFields): Buffer {
  return fields([2, fields([1, path], [2, mode], [5, size], [6, modTime], [7, linkname])]);
}

export const endOfStats = Buffer.alloc(0);

export function data(id: number, bytes: string | Uint8Array): Buffer {
  return fields([1, 2], [3, id], [4, bytes]);
}

export function request(id: number): Buffer {
  return fields([1, 1], [3, id]);
}

export const fin = fields([1, 3]);
