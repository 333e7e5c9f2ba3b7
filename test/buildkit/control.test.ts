import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { encodeSolve } from '../../src/buildkit/control.ts';
import { SolveRequestSchema } from '../../src/buildkit/gen/control_pb.ts';
import { message, stringField1 } from '../../src/buildkit/wire.ts';
import { fields } from './packets.ts';

describe('SolveRequest', () => {
  it('is written by hand as protobuf reads it', () => {
    const long = 'v'.repeat(20_000);
    const attrs = { name: 'é:1', push: 'false' };
    const encoded = encodeSolve({
      ref: 'r',
      session: 's',
      frontendAttrs: { filename: 'Dockerfile', 'no-cache': '', 'label:x': long },
      exporter: { type: 'moby', attrs },
    });
    const expected = create(SolveRequestSchema, {
      Ref: 'r',
      Session: 's',
      Frontend: 'dockerfile.v0',
      FrontendAttrs: { filename: 'Dockerfile', 'no-cache': '', 'label:x': long },
      ExporterDeprecated: 'moby',
      ExporterAttrsDeprecated: attrs,
      Exporters: [{ Type: 'moby', Attrs: attrs }],
      Cache: {},
    });
    expect(toBinary(SolveRequestSchema, fromBinary(SolveRequestSchema, encoded))).toEqual(
      toBinary(SolveRequestSchema, expected),
    );
  });
});

describe('short messages', () => {
  it('are written and read', () => {
    expect(message([1, 'x'], [15, Buffer.alloc(300, 1)])).toEqual(
      fields([1, 'x'], [15, Buffer.alloc(300, 1)]),
    );
    expect(stringField1(fields([3, 7], [1, 'wörld'], [2, 'x']))).toBe('wörld');
    expect(stringField1(Buffer.alloc(0))).toBe('');
  });
});
