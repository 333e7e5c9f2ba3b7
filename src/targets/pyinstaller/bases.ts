import type { Versions } from '../../versions.ts';
import type { Bases } from './inputs.ts';

export interface BaseQuestion {
  readonly versions: Versions;
  readonly python: string;
  /** `--base`. */
  readonly base: string | undefined;
  /** `--glibc`: the newest that the executable may need. */
  readonly glibc: string | undefined;
}

/**
 * The image to build in: the newest whose C library is no newer than the executable may need.
 * What it really needs is measured when it is built.
 */
export function chooseBases({ versions, python, base, glibc }: BaseQuestion): Bases {
  if (base !== undefined) {
    const image = { reference: base };
    const reason = `built and tried in ${base}: it runs where the C library is as new as there`;
    return { base: image, smoke: image, glibc: glibc ?? 'base', reason };
  }
  const { debian, python: pythons } = versions;
  const images = pythons[python];
  if (!images) throw new Error(`images/versions.json has no base for Python ${python}`);
  const isNew = glibc === undefined || isAtLeast(glibc, debian.bookworm.glibc);
  const suite = isNew ? 'bookworm' : 'bullseye';
  const { image, standIn } = suite === 'bookworm' ? images : images.bullseye;
  const plain = debian[suite];
  return {
    base: { reference: image, standIn },
    smoke: { reference: plain.image, standIn: plain.standIn },
    glibc: glibc === undefined || isAtLeast(glibc, plain.glibc) ? 'base' : glibc,
    reason:
      glibc === undefined
        ? `built on Debian ${suite}; for older systems: --glibc ${debian.bullseye.glibc}`
        : `built on Debian ${suite} (glibc ${plain.glibc}), as it may need glibc ${glibc} at most`,
  };
}

function isAtLeast(version: string, other: string): boolean {
  return Number(version.split('.')[1]) >= Number(other.split('.')[1]);
}
