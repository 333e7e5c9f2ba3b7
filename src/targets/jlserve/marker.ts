import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CACHE_MARKER } from './constants.ts';
import type { JlserveReport } from './report.ts';

/** What stands in the marker of a finished build. */
const MarkerSchema = z.object({
  schema: z.literal(1),
  app: z.string(),
  file: z.string(),
  /** SHA-256 of ovenbird.lock. */
  lock: z.string(),
  /** Key of the weights. */
  weights: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative() })),
});

export type Marker = z.infer<typeof MarkerSchema>;

/** @param lock content of ovenbird.lock */
export function markerOf({ app, slice, weights }: JlserveReport, file: string, lock: Uint8Array): Marker {
  return {
    schema: 1,
    app: app.name,
    file,
    lock: createHash('sha256').update(lock).digest('hex'),
    weights: slice.key,
    files: weights.files,
  };
}

/** @returns undefined where no build finished, or its marker cannot be read */
export function readMarker(folder: string): Marker | undefined {
  try {
    return MarkerSchema.parse(JSON.parse(readFileSync(join(folder, CACHE_MARKER), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether all the weights that a marker names are there, by their sizes. */
export function holdsFiles(folder: string, { files }: Marker): boolean {
  return files.every(
    ({ path, bytes }) => statSync(join(folder, path), { throwIfNoEntry: false })?.size === bytes,
  );
}
