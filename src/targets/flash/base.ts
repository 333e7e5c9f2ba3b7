import { z } from 'zod';
import { readOwnFile } from '../../package-root.ts';

/** The part of `images/versions.json` that is read here. */
const VersionsSchema = z.object({
  python: z.record(z.string(), z.object({ image: z.string(), standIn: z.string() })),
});

/** The image to build in for a Python version, and what may stand in for it. */
export async function defaultBase(python: string): Promise<{ reference: string; standIn?: string }> {
  const versions = VersionsSchema.parse(JSON.parse(await readOwnFile('images/versions.json')));
  const entry = versions.python[python];
  if (!entry) throw new Error(`images/versions.json has no base for Python ${python}`);
  return { reference: entry.image, standIn: entry.standIn };
}
