import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary.ts';

const PROJECTS = fileURLToPath(new URL('../projects/', import.meta.url));

/** A copy of an example project in a temporary folder, under its own name. */
export async function copyOfProject(name: string): Promise<string> {
  const folder = join(temporaryFolder(), basename(name));
  await cp(join(PROJECTS, name), folder, {
    recursive: true,
    filter: (source) => !/\/(?:\.flash|__pycache__)(?:\/|$)/.test(source.slice(PROJECTS.length - 1)),
  });
  return folder;
}
