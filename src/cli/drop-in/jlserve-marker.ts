import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { canonicalJson } from '../../plan/canonical.ts';
import { CACHE_MARKER } from '../../targets/jlserve/constants.ts';
import type { Marker } from '../../targets/jlserve/marker.ts';

/** From here on the folder may be anything. */
export function removeMarker(folder: string): void {
  rmSync(join(folder, CACHE_MARKER), { force: true });
}

export interface InPlaceMarker {
  readonly folder: string;
  readonly app: string;
  /** The app's file, absolute. */
  readonly file: string;
  readonly files: Marker['files'];
}

/** As an image's, but for the lock, which there is none of; the key is that of the whole file. */
export function writeMarker({ folder, app, file, files }: InPlaceMarker): void {
  const weights = createHash('sha256').update(readFileSync(file)).digest('hex');
  const marker: Marker = { schema: 1, app, file: basename(file), lock: '', weights, files };
  writeFileSync(join(folder, CACHE_MARKER), canonicalJson(marker));
}
