import { join, resolve } from 'node:path';
import type { DestinationRequest } from '../target.ts';
import type { System } from './system.ts';

/**
 * The folder that executables go to: `-o`, or `dist` of the project, as in PyInstaller; with a
 * system its own one in there.
 * @returns absolute
 */
export function outputFolder({ root, output }: DestinationRequest, system?: System): string {
  return join(output === undefined ? join(root, 'dist') : resolve(output), system ?? '');
}
