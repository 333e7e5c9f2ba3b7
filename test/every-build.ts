/**
 * Some builds take a minute and more, and show again what a cheaper one has shown:
 * `OVENBIRD_EVERY_BUILD=1 make test` does these, too.
 */
const isEvery = process.env['OVENBIRD_EVERY_BUILD'] === '1';

/** @returns all of them, or those that `make test` usually does */
export function chosenBuilds<T>(all: readonly T[], usual: (each: T) => boolean): readonly T[] {
  return isEvery ? all : all.filter(usual);
}
