import { z } from 'zod';
import { readOwnFile } from './package-root.ts';

/** An image, and the one made on this machine that may stand in for it. */
const ImageSchema = z.object({ image: z.string(), standIn: z.string() });

/** The part of `images/versions.json` that is read by the product itself. */
const VersionsSchema = z.object({
  /** Plain Debian, with the glibc that its suite has. */
  debian: z.object({
    bookworm: ImageSchema.extend({ glibc: z.string() }),
    bullseye: ImageSchema.extend({ glibc: z.string() }),
    trixie: ImageSchema.extend({ glibc: z.string() }),
  }),
  /** By Python version: on bookworm, and on the suite before it. */
  python: z.record(z.string(), ImageSchema.extend({ bullseye: ImageSchema })),
});

export type Versions = z.infer<typeof VersionsSchema>;
export type VersionedImage = z.infer<typeof ImageSchema>;

/** Every version that is pinned: base images and what may stand in. */
export async function readVersions(): Promise<Versions> {
  return VersionsSchema.parse(JSON.parse(await readOwnFile('images/versions.json')));
}
