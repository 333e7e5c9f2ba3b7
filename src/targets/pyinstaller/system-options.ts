import { readGivenOptions } from './given-options.ts';
import { flagsOf } from './place-options.ts';
import type { System } from './system.ts';

/**
 * Of PyInstaller's options those that change the executables of a system. The others would be
 * passed over there, but a change of an icon would build for Linux again.
 * @param options as `placeOptions` made them
 */
export function optionsFor(system: System, options: readonly string[]): readonly string[] {
  const { given } = readGivenOptions(options);
  return given
    .filter(({ option }) => option.system === undefined || option.system === system)
    .flatMap(({ option, value }) => flagsOf(option, value));
}
