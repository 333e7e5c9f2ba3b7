import { z } from 'zod';
import type { EndpointSummary } from '../../targets/target.ts';
import type { StepWarning } from './jlserve-voice.ts';

/** The result of a build without a container: that of other builds, as far as it fits. */
export interface InPlaceResult {
  readonly schema: 1;
  readonly target: 'jlserve';
  /** The project's folder, absolute. */
  readonly project: string;
  readonly name: string;
  readonly python: string;
  /** The cache folder, and what of it is weights. */
  readonly artifact: {
    readonly kind: 'folder';
    readonly path: string;
    readonly bytes: number;
    readonly files: number;
  };
  readonly endpoints: readonly EndpointSummary[];
  readonly warnings: readonly StepWarning[];
  readonly durationMs: number;
}

/** What the download tells of the cache folder. */
export const WeightFilesSchema = z.array(z.object({ path: z.string(), bytes: z.int().nonnegative() }));

const EndpointsSchema = z.array(z.object({ path: z.string(), method: z.string() }));
const PlannedSchema = z.object({
  app: z.object({ file: z.string(), line: z.int() }),
  endpoints: z.array(z.object({ method: z.string(), line: z.int() })),
});

/** @param seen what the import of the app saw; @param facts the plan's, which know the lines */
export function endpointsOf(seen: unknown, facts: unknown): EndpointSummary[] {
  const { app, endpoints } = PlannedSchema.parse(facts);
  return EndpointsSchema.parse(seen).map(({ path, method }) => ({
    name: path,
    kind: 'POST',
    functions: [method],
    file: app.file,
    line: endpoints.find((each) => each.method === method)?.line ?? app.line,
  }));
}
