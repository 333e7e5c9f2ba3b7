import type { Problem } from '../../errors.ts';

/** Nothing of a Flash project runs with a secret while it is built: one that is given is a mistake. */
export function refuseSecrets(names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'USAGE',
      message: '--secret: a Flash build takes no secrets',
      hint: 'leave --secret out: it is for download_weights() of jlserve apps',
    },
  ];
}
