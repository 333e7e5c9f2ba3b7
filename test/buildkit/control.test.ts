import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { encodeSolve } from '../../src/buildkit/control.ts';
import { decodeSolve, decodeStatus } from '../../src/buildkit/control-decode.ts';
import {
  SolveRequestSchema,
  SolveResponseSchema,
  StatusResponseSchema,
} from '../../src/buildkit/gen/control_pb.ts';
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

describe('StatusResponse', () => {
  it('is read by hand as protobuf wrote it', () => {
    const time = { seconds: 1_900_000_000n, nanos: 999_999_999 };
    const written = create(StatusResponseSchema, {
      vertexes: [
        { digest: 'sha256:a', inputs: ['x', 'y'], name: '[é 1/2] RUN', cached: true, started: time },
        { digest: 'sha256:b', completed: { seconds: 1n }, error: 'exit 1' },
        {},
      ],
      statuses: [
        { ID: 'layer', vertex: 'sha256:a', name: 'n', current: 5_000_000_000n, total: 1n, started: time },
      ],
      logs: [{ vertex: 'sha256:a', timestamp: time, stream: 2n, msg: Buffer.from([0xff, 0, 10]) }],
      warnings: [
        {
          vertex: 'sha256:a',
          level: 1n,
          short: Buffer.from('ü'),
          detail: [Buffer.from('d')],
          ranges: [{ start: { line: 3 }, end: { line: 300 } }, {}],
        },
      ],
    });
    const read = decodeStatus(Buffer.from(toBinary(StatusResponseSchema, written)));
    const seconds = 1_900_000_000;
    expect(read).toEqual({
      vertexes: [
        {
          digest: 'sha256:a',
          name: '[é 1/2] RUN',
          cached: true,
          started: { seconds, nanos: 999_999_999 },
          completed: undefined,
          error: '',
        },
        {
          digest: 'sha256:b',
          name: '',
          cached: false,
          started: undefined,
          completed: { seconds: 1, nanos: 0 },
          error: 'exit 1',
        },
        { digest: '', name: '', cached: false, started: undefined, completed: undefined, error: '' },
      ],
      statuses: [{ ID: 'layer', vertex: 'sha256:a', name: 'n', current: 5_000_000_000, total: 1 }],
      logs: [
        {
          vertex: 'sha256:a',
          timestamp: { seconds, nanos: 999_999_999 },
          stream: 2,
          msg: Buffer.from([0xff, 0, 10]),
        },
      ],
      warnings: [
        {
          short: Buffer.from('ü'),
          ranges: [
            { start: { line: 3 }, end: { line: 300 } },
            { start: undefined, end: undefined },
          ],
        },
      ],
    });
    expect(decodeStatus(Buffer.alloc(0))).toEqual({ vertexes: [], statuses: [], logs: [], warnings: [] });
    expect(() => decodeStatus(Buffer.from([0x0a, 5, 1]))).toThrow('malformed');
  });
});

describe('SolveResponse', () => {
  it('is read by hand as protobuf wrote it', () => {
    const ExporterResponse = { 'containerimage.digest': 'sha256:a', empty: '', é: 'ü' };
    const written = create(SolveResponseSchema, { ExporterResponse });
    expect(decodeSolve(Buffer.from(toBinary(SolveResponseSchema, written)))).toEqual(ExporterResponse);
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
