import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { projectOf } from '../../targets/pyinstaller/locate.ts';

/** Where the settings of what was named on the command line may stand. */
export interface SettingsFolder {
  /** The folder that was named, or that of the file. */
  readonly own: string;
  /** The project that it belongs to when it is the entry of an executable. */
  readonly executable: string;
}

export function settingsFolder(positional: string | undefined, cwd: string): SettingsFolder {
  const path = resolve(cwd, positional ?? '.');
  return { own: folderOf(path), executable: projectOf(path, cwd) };
}

function folderOf(path: string): string {
  try {
    return statSync(path).isDirectory() ? path : dirname(path);
  } catch {
    // The build says that it is not there.
    return path;
  }
}
