import { z } from 'zod';
import { readOwnFile } from './package-root.ts';

/** The part of `images/versions.json` that is read by the product itself. */
const VersionsSchema = z.object({
  python: z.record(z.string(), z.object({ image: z.string(), standIn: z.string() })),
});

export type Versions = z.infer<typeof VersionsSchema>;

/** Every version that is pinned, by Python version: the base image and what may stand in. */
export async function readVersions(): Promise<Versions> {
  return VersionsSchema.parse(JSON.parse(await readOwnFile('images/versions.json')));
}
