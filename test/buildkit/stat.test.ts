import { describe, expect, it } from 'vitest';
import { modTimeOf } from '../../src/context/entry.ts';
import { comparePaths } from '../../src/project/path-order.ts';
import { decodePacket, writeDataHeader, type Packet } from '../../src/buildkit/fsutil/packet.ts';
import { decodeStat, statRoom, writeStat } from '../../src/buildkit/fsutil/stat.ts';
import { folder, inMemory, link } from './fake-daemon.ts';
import { data, fields } from './packets.ts';

const empty = (): Packet => ({ type: 9, id: 9, stat: undefined, data: undefined });

describe('STAT', () => {
  const entries = [
    inMemory('a', ''),
    inMemory('bin/run', 'x', 0o755),
    { ...inMemory('ünï/🎉/文', 'abc'), size: 5_000_000_000 },
    folder('dir'),
    link('l', '../ünï'),
    { ...inMemory('late', 'x'), modTime: 2_145_916_799_999_999_999n },
    { ...inMemory('early', 'x'), modTime: 1n },
    { ...inMemory('round', 'x'), modTime: 1n << 28n },
    { ...inMemory('edge', 'x'), modTime: (1n << 28n) - 1n },
  ];

  it.each(entries)('is written as protobuf says: $path', (entry) => {
    const type = { file: 0, directory: 2 ** 31, symlink: 2 ** 27 }[entry.kind];
    const size = entry.kind === 'file' ? entry.size : 0;
    const expected = fields([
      2,
      fields(
        [1, entry.path],
        [2, entry.mode + type],
        ...(size === 0 ? [] : [[5, size] as const]),
        [6, entry.modTime],
        ...(entry.kind === 'symlink' ? [[7, entry.target] as const] : []),
      ),
    ]);
    const buffer = Buffer.alloc(statRoom(entry) + 7);
    const end = writeStat(buffer, 7, entry);
    expect(end).toBeLessThanOrEqual(buffer.length);
    expect(buffer.subarray(7, 12)).toEqual(Buffer.from([0, ...uint32(expected.length)]));
    expect(buffer.subarray(12, end).toString('hex')).toBe(expected.toString('hex'));
    const packet = empty();
    decodePacket(buffer.subarray(12, end), packet);
    expect(packet).toMatchObject({ type: 0, id: 0, data: undefined });
    expect(decodeStat(packet.stat ?? Buffer.alloc(0))).toMatchObject({
      path: entry.path,
      size,
      mode: entry.mode + type,
    });
  });
});

describe('DATA', () => {
  it.each([
    [0, 'x'],
    [1, 'hello'],
    [127, ''],
    [128, 'x'.repeat(200)],
    [20_000_000, 'x'.repeat(70_000)],
  ])('for id %i is written as protobuf says', (id, content) => {
    const buffer = Buffer.alloc(content.length + 64);
    const at = writeDataHeader(buffer, 3, id, content.length);
    buffer.write(content, at);
    const expected = fields(
      [1, 2],
      ...(id === 0 ? [] : [[3, id] as const]),
      ...(content === '' ? [] : [[4, content] as const]),
    );
    expect(buffer.subarray(3, 8)).toEqual(Buffer.from([0, ...uint32(expected.length)]));
    expect(buffer.subarray(8, at + content.length)).toEqual(expected);
  });

  it('is refused when it lies about its length', () => {
    expect(() => decodePacket(data(1, 'hello').subarray(0, -1), empty())).toThrow('malformed');
    expect(() => decodePacket(Buffer.from([0x08, 0xff, 0xff]), empty())).toThrow('malformed');
    expect(() => decodePacket(Buffer.from([0x0b]), empty())).toThrow('unknown type');
  });
});

describe('comparePaths', () => {
  it('orders as bytes of UTF-8 with / below all', () => {
    const names = [
      'a',
      'a/b',
      'a b',
      'a.b',
      'a!',
      'ab',
      'é',
      'z',
      '\ue000',
      '\uffee',
      '\u{10000}',
      '🎉',
      '文',
      'Z',
      'a/\ue000',
      'a/🎉',
      'a\ud7ff',
    ];
    const rank = (name: string) => Buffer.from(name).map((byte) => (byte === 0x2f ? 0 : byte));
    const expected = names.toSorted((a, b) => Buffer.compare(rank(a), rank(b)));
    expect(names.toSorted(comparePaths)).toEqual(expected);
    expect(names.toReversed().toSorted(comparePaths)).toEqual(expected);
  });
});

describe('modTimeOf', () => {
  it('differs with the content and stays between 1980 and 2038', () => {
    const low = modTimeOf(Buffer.alloc(8));
    const high = modTimeOf(Buffer.alloc(8, 0xff));
    expect(low).not.toBe(high);
    for (const time of [low, high]) {
      expect(time).toBeGreaterThanOrEqual(BigInt(Date.UTC(1980)) * 1_000_000n);
      expect(time).toBeLessThan(BigInt(Date.UTC(2038)) * 1_000_000n);
    }
  });
});

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
