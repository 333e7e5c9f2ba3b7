import { fromBinary } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { LineRange } from './dockerfile-lines.ts';
import { StatusSchema } from './gen/status_pb.ts';

/** What an error says beside its text; engines before BuildKit 0.9 say nothing. */
export interface ErrorDetails {
  /** Digest of the vertex that failed. */
  readonly vertex?: string;
  readonly lines?: LineRange;
  readonly exitStatus?: number;
}

const position = z.object({ line: z.int().positive() });

/** Details by the last part of their type's name (solver/errdefs/errdefs.proto, as JSON). */
const DETAILS = {
  'errdefs.Vertex+json': z
    .object({ digest: z.string().min(1) })
    .transform(({ digest }): ErrorDetails => ({ vertex: digest })),
  'errdefs.Source+json': z
    .object({ ranges: z.array(z.object({ start: position, end: position })).min(1) })
    .transform(({ ranges }): ErrorDetails => {
      const first = Math.min(...ranges.map(({ start }) => start.line));
      return { lines: { first, last: Math.max(...ranges.map(({ end }) => end.line)) } };
    }),
  'gatewayapi.ExitMessage+json': z
    .object({ Code: z.int().nonnegative() })
    .transform(({ Code }): ErrorDetails => ({ exitStatus: Code })),
};

/**
 * Reads a `google.rpc.Status` whose details BuildKit wrote as JSON (util/grpcerrors). What
 * cannot be read is left out: the error itself matters more than its details.
 */
export function parseErrorDetails(raw: Uint8Array): ErrorDetails {
  const details: ErrorDetails = {};
  try {
    for (const { typeUrl, value } of fromBinary(StatusSchema, raw).details) {
      const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
      if (!Object.hasOwn(DETAILS, name)) continue;
      const parsed = DETAILS[name as keyof typeof DETAILS].safeParse(
        JSON.parse(Buffer.from(value).toString('utf8')),
      );
      if (parsed.success) Object.assign(details, parsed.data);
    }
  } catch {
    // As far as it could be read.
  }
  return details;
}
