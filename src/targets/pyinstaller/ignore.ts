import type { IgnoreRules } from '../../project/ignore.ts';
import { LEAVINGS } from '../../project/leavings.ts';

/**
 * What is no part of a program. `.gitignore` does not count: the usual one names `*.spec`, and
 * models or data that are too big for git are part of executables. Certificates with their keys
 * (`--sign`) never are.
 */
export const PYINSTALLER_IGNORE: IgnoreRules = {
  gitignore: false,
  builtIn: [
    ...LEAVINGS,
    '.hg/',
    'env/',
    '.nox/',
    '.eggs/',
    '/build/',
    '/dist/',
    '*.[pP][fF][xX]',
    '*.[pP]12',
  ],
};
