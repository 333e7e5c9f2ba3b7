import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE, MessageReader, frame } from '../../src/buildkit/grpc/frame.ts';
import { decodeMessage, encodeMessage, statusOf } from '../../src/buildkit/grpc/status.ts';

describe('MessageReader', () => {
  const messages = [Buffer.alloc(0), Buffer.from('a'), Buffer.from('hello'.repeat(100)), Buffer.alloc(0)];
  const stream = Buffer.concat(messages.map((message) => frame(message)));

  it.each([1, 2, 3, 4, 5, 6, 7, 64, 1000])('cuts chunks of %i bytes into messages', (size) => {
    const read: string[] = [];
    const reader = new MessageReader((message) => read.push(message.toString()));
    for (let at = 0; at < stream.length; at += size) reader.push(stream.subarray(at, at + size));
    expect(read).toEqual(messages.map(String));
    expect(reader.atBoundary).toBe(true);
  });

  it('knows when it stopped inside a message', () => {
    const reader = new MessageReader(() => undefined);
    reader.push(stream.subarray(0, 3));
    expect(reader.atBoundary).toBe(false);
    reader.push(stream.subarray(3, 8));
    expect(reader.atBoundary).toBe(false);
  });

  it('refuses compressed and oversized messages before reserving room for them', () => {
    const reader = new MessageReader(() => undefined);
    expect(() => reader.push(Buffer.from([1, 0, 0, 0, 0]))).toThrow('compressed');
    const header = Buffer.alloc(5);
    header.writeUInt32BE(MAX_MESSAGE + 1, 1);
    expect(() => new MessageReader(() => undefined).push(header)).toThrow(String(MAX_MESSAGE + 1));
  });
});

describe('status', () => {
  it.each(['plain', '100 % sure', 'zwölf → 12', 'two\nlines', ''])(
    'carries %j through grpc-message',
    (message) => {
      expect(encodeMessage(message)).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeMessage(encodeMessage(message))).toBe(message);
    },
  );

  it('keeps escapes that are none', () => {
    expect(decodeMessage('50% off %zz %4')).toBe('50% off %zz %4');
  });

  it('reads the trailers of a failed call', () => {
    expect(statusOf({ 'grpc-status': '0' })).toBeUndefined();
    const error = statusOf({
      'grpc-status': '5',
      'grpc-message': 'no%20such',
      'grpc-status-details-bin': 'CAU',
    });
    expect(error).toMatchObject({ code: 5, message: 'no such' });
    expect(error?.rawDetails).toEqual(Buffer.from([8, 5]));
    expect(statusOf({})).toMatchObject({ code: 2 });
  });
});
