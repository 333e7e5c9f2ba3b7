import { baseImages } from './base-images.ts';
import { certificates } from './certificates.ts';
import type { Check } from './check.ts';
import { engineDisk } from './disk.ts';
import { engineFound, enginePlatform } from './engine.ts';
import { node } from './node.ts';
import { programsOnPath } from './programs.ts';

/** Every check, in the order in which a person would look. */
export const CHECKS: readonly Check[] = [
  node,
  engineFound,
  enginePlatform,
  engineDisk,
  baseImages,
  certificates,
  ...programsOnPath,
];
