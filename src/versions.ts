import { readOwnFile } from './package-root.ts';

/** An image, and the one made on this machine that may stand in for it. */
export interface VersionedImage {
  readonly image: string;
  readonly standIn: string;
}

/** The part of `images/versions.json` that is read by the product itself. */
export interface Versions {
  /** Plain Debian, with the glibc that its suite has. */
  readonly debian: Readonly<
    Record<'bookworm' | 'bullseye' | 'trixie', VersionedImage & { readonly glibc: string }>
  >;
  /** By Python version: on bookworm, and on the suite before it. */
  readonly python: Readonly<Record<string, VersionedImage & { readonly bullseye: VersionedImage }>>;
}

/**
 * Every version that is pinned: base images and what may stand in. The file is part of the
 * package and a test checks it, so that it is not checked in every build.
 */
export async function readVersions(): Promise<Versions> {
  const { debian, python } = JSON.parse(await readOwnFile('images/versions.json')) as Versions;
  const plain = (suite: keyof Versions['debian']) => ({
    ...imageIn(debian[suite]),
    glibc: debian[suite].glibc,
  });
  return {
    debian: { bookworm: plain('bookworm'), bullseye: plain('bullseye'), trixie: plain('trixie') },
    python: Object.fromEntries(
      Object.entries(python).map(([version, { bullseye, ...entry }]) => [
        version,
        { ...imageIn(entry), bullseye: imageIn(bullseye) },
      ]),
    ),
  };
}

/** The file has more, which is for those who make the images. */
function imageIn({ image, standIn }: VersionedImage): VersionedImage {
  return { image, standIn };
}
