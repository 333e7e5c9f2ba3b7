import { join, resolve } from 'node:path';
import type { DestinationRequest } from '../target.ts';

/**
 * The folder that the executables of a system go to: `-o`, or `dist` of the project, as in
 * PyInstaller, and the system's name in it.
 * @returns absolute
 */
export function outputFolder({ root, output }: DestinationRequest, os: 'linux' = 'linux'): string {
  return join(output === undefined ? join(root, 'dist') : resolve(output), os);
}
