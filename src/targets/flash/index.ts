import type { Target } from '../target.ts';
import { discoverComputed } from './discover.ts';
import { FLASH_IGNORE } from './ignore.ts';
import { looksLikeFlash } from './detect.ts';
import { flashDestination, flashWrites, packageFlash } from './package.ts';
import { planFlash } from './plan.ts';
import { readFlashInputs } from './read.ts';

/** Runpod Flash apps: `.flash/artifact.tar.gz` and its manifest. */
export const flash: Target = {
  name: 'flash',
  ignore: FLASH_IGNORE,
  detect: looksLikeFlash,
  plan: async (request) => ({ plan: planFlash(await readFlashInputs(request)) }),
  writes: flashWrites,
  destination: flashDestination,
  discover: discoverComputed,
  // The first that finds out what is computed, and the one that has it.
  mostPlans: 2,
  package: packageFlash,
};
