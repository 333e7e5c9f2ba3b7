import type { Target } from '../target.ts';
import { JLSERVE_IGNORE } from './ignore.ts';
import { appFiles, locateApp } from './locate.ts';
import { discoverWeightsMode, jlserveDestination, packageJlserve, withdrawMarker } from './package.ts';
import { planJlserve, reconsiderOutline } from './plan.ts';
import { readJlserveInputs } from './read.ts';
import { jlserveWrites } from './writes.ts';

/** jlserve apps: an image with the app, its packages and its weights. */
export const jlserve: Target = {
  name: 'jlserve',
  ignore: JLSERVE_IGNORE,
  locate: locateApp,
  detect: async (tree) => (await appFiles(tree.root)).length > 0,
  plan: async (request) => ({ plan: planJlserve(await readJlserveInputs(request)) }),
  writes: jlserveWrites,
  destination: jlserveDestination,
  discover: discoverWeightsMode,
  reconsider: reconsiderOutline,
  withdraw: withdrawMarker,
  package: packageJlserve,
};
