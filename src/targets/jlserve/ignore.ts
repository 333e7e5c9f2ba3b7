import type { IgnoreRules } from '../../project/ignore.ts';
import { LEAVINGS } from '../../project/leavings.ts';
import { CACHE_MARKER } from './constants.ts';

/** What never goes into an image: version control, environments, byte code, our own lock. */
export const JLSERVE_IGNORE: IgnoreRules = {
  gitignore: true,
  builtIn: [...LEAVINGS, '.jlserve/', `/${CACHE_MARKER}`],
  results: { [CACHE_MARKER]: 'the weights of an earlier build' },
};
