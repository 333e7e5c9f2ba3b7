import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { findInstruction } from '../../src/buildkit/dockerfile-lines.ts';
import { explainFailure } from '../../src/buildkit/failure.ts';
import { StatusSchema } from '../../src/buildkit/gen/status_pb.ts';
import { GrpcError } from '../../src/buildkit/grpc/status.ts';
import { Tail } from '../../src/buildkit/progress/tail.ts';
import { parseVertexName } from '../../src/buildkit/progress/vertex-name.ts';
import type { Vertex } from '../../src/buildkit/progress/vertexes.ts';
import { OvenbirdError } from '../../src/errors.ts';
import { StepFailure } from '../../src/failure/step-failure.ts';

const DOCKERFILE = `# syntax
FROM base AS install
COPY a /
# why
RUN echo a; \\
    # in between
    echo b; \\
    exit 3
FROM scratch
COPY --from=install /a /
`;

function vertex(name: string, error = '', lines: readonly string[] = []): Vertex {
  const tail = new Tail();
  for (const line of lines) tail.push(line);
  return {
    digest: `sha256:${name}`,
    name,
    parsed: parseVertexName(name),
    cached: false,
    started: 1,
    completed: 2,
    error,
    tail,
  };
}

function explain(message: string, vertexes: readonly Vertex[], details?: Uint8Array, code = 2) {
  return explainFailure({
    error: new GrpcError(code, message, details ? { details } : {}),
    vertexes,
    dockerfile: DOCKERFILE,
    titles: new Map([['install', 'install things']]),
    stageOf: ({ parsed }) => parsed.stage,
  });
}

/** As BuildKit writes them: JSON inside `google.protobuf.Any`. */
function statusWith(all: Readonly<Record<string, unknown>>): Uint8Array {
  return toBinary(
    StatusSchema,
    create(StatusSchema, {
      details: Object.entries(all).map(([typeUrl, value]) => ({
        typeUrl,
        value: Buffer.from(JSON.stringify(value)),
      })),
    }),
  );
}

const RUN = '[install 3/3] RUN echo a;     echo b;     exit 3';

describe('a step that failed', () => {
  it('on 20.10, which says it in words only', () => {
    const message = 'executor failed running [/bin/sh -c echo a;     echo b;     exit 3]: exit code: 3';
    const failure = explain(message, [
      vertex('[install 2/3] COPY a /', 'context canceled'),
      vertex(RUN, message, ['a', 'b']),
    ]);
    expect(failure).toBeInstanceOf(StepFailure);
    expect(failure).toMatchObject({
      stage: 'install',
      title: 'install things',
      lines: ['a', 'b'],
      exitStatus: 3,
      dockerfileLines: { first: 5, last: 8 },
    });
  });

  it('on 28.5, by its details', () => {
    const message = 'process "/bin/sh -c x" did not complete successfully: exit code: 3';
    const named = statusWith({
      'github.com/moby/buildkit/stack.Stack+json': { frames: [] },
      'github.com/moby/buildkit/errdefs.Source+json': { ranges: [{ start: { line: 5 }, end: { line: 8 } }] },
      'github.com/moby/buildkit/errdefs.Vertex+json': { digest: 'sha256:[x 1/1] RUN unknown' },
      'github.com/moby/buildkit/gatewayapi.ExitMessage+json': { Code: 3 },
    });
    const failure = explain(
      'something else',
      [vertex(RUN, message), vertex('[x 1/1] RUN unknown', 'other')],
      named,
    );
    expect(failure).toMatchObject({
      stage: 'x',
      title: '[x 1/1] RUN unknown',
      exitStatus: 3,
      dockerfileLines: { first: 5, last: 8 },
    });
  });

  it('with details that are not what they should be', () => {
    const broken = statusWith({
      'github.com/moby/buildkit/errdefs.Source+json': { ranges: 'x' },
      constructor: {},
    });
    expect(explain('exit code: 1', [vertex(RUN, 'exit code: 1')], broken)).toMatchObject({
      exitStatus: 1,
      dockerfileLines: { first: 5 },
    });
    expect(explain('exit code: 1', [vertex(RUN, 'exit code: 1')], Buffer.from([0xff]))).toMatchObject({
      exitStatus: 1,
    });
  });
});

describe('an engine that failed', () => {
  const head = 'failed to do request: Head "https://r.example/v2/x/manifests/1": dial tcp: no such host';
  it.each<[string, string, Vertex[], number, object]>([
    [
      '20.10: no such host',
      `failed to solve with frontend dockerfile.v0: failed to create LLB definition: ${head}`,
      [vertex('[internal] load metadata for r.example/x:1', head)],
      2,
      {
        code: 'BASE_IMAGE_UNAVAILABLE',
        message: 'the image r.example/x:1 cannot be had',
        hint: expect.stringContaining('docker pull r.example/x:1'),
      },
    ],
    [
      '28.5: not allowed',
      'x:1: failed to resolve source metadata for r.example/x:1: pull access denied, repository does not exist or may require authorization',
      [],
      2,
      { code: 'BASE_IMAGE_UNAVAILABLE', hint: expect.stringContaining('docker login r.example') },
    ],
    [
      'unknown tag',
      'r.example/x:9: not found',
      [vertex('[internal] load metadata for r.example/x:9', 'r.example/x:9: not found')],
      2,
      { code: 'BASE_IMAGE_UNAVAILABLE', hint: expect.stringContaining('--base') },
    ],
    [
      'pull broke off',
      'failed to copy: httpReadSeeker: EOF',
      [vertex('[install 1/3] FROM r.example/x:1', 'failed to copy: httpReadSeeker: EOF')],
      2,
      { code: 'BASE_IMAGE_UNAVAILABLE', message: 'the image r.example/x:1 cannot be had' },
    ],
    [
      'disk full',
      'failed to copy file info: write /x: no space left on device',
      [vertex(RUN, 'no space left on device')],
      2,
      { code: 'ENGINE_DISK_FULL' },
    ],
    [
      'connection lost',
      'the connection to the engine was lost: read ECONNRESET',
      [],
      14,
      { code: 'ENGINE_UNREACHABLE', transient: true },
    ],
    [
      'Dockerfile, 20.10',
      'failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: COPYX',
      [],
      2,
      { code: 'INTERNAL', location: { file: 'Dockerfile', line: 2 } },
    ],
    [
      'Dockerfile, 28.5',
      'dockerfile parse error on line 2: unknown instruction: COPYx (did you mean copy?)',
      [],
      2,
      { code: 'INTERNAL', location: { file: 'Dockerfile', line: 2 } },
    ],
    [
      'anything else',
      'failed to solve: the moon',
      [],
      2,
      { code: 'ENGINE_PROTOCOL', message: 'the engine failed: the moon' },
    ],
  ])('%s', (_what, message, vertexes, code, expected) => {
    const failure = explain(message, vertexes, undefined, code);
    expect(failure).toBeInstanceOf(OvenbirdError);
    expect(failure).toMatchObject(expected);
  });
});

describe('lines of an instruction', () => {
  it('within its stage, or unknown', () => {
    expect(findInstruction(DOCKERFILE, { stage: 'install', instruction: 'COPY a /' })).toMatchObject({
      first: 3,
      last: 3,
    });
    expect(
      findInstruction(DOCKERFILE, { stage: 'stage-1', instruction: 'COPY --from=install /a /' }),
    ).toMatchObject({ first: 10, last: 10 });
    expect(findInstruction(DOCKERFILE, { stage: 'stage-1', instruction: 'COPY a /' })).toBeUndefined();
  });
});
