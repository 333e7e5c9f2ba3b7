import type { BuildPlan } from '../../plan/schema.ts';
import { canonicalJson } from '../../plan/canonical.ts';

/** The parts of a plan that depend on whether programs for Windows are signed. */
export interface SigningPart extends Pick<BuildPlan, 'stages' | 'files' | 'titles'> {
  readonly fresh: readonly string[];
}

/** The last one reads what Windows exported until a few years ago. */
const PACKAGES = ['openssl', 'openssl-provider-legacy', 'osslsigncode'];

/** @param sign `--sign`: which file it is does not matter, and is in no plan */
export function planSigning({ sign }: { readonly sign?: string | undefined }): SigningPart {
  if (sign === undefined) {
    return { stages: { windowsmade: 'assemble-windows' }, files: {}, titles: {}, fresh: [] };
  }
  return {
    stages: { windowsmade: 'sign' },
    files: { 'windows/signer/request.json': canonicalJson({ packages: PACKAGES }) },
    titles: { signer: 'install osslsigncode from Debian', sign: 'sign the executables' },
    fresh: ['sign'],
  };
}
