import { scanProject } from '../../../src/project/scan.ts';
import type { ProjectTree } from '../../../src/project/tree.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

/** Of what the target leaves out, enough to have something left out. */
const RULES = { gitignore: false, builtIn: ['/dist/', '/build/', '.venv/', '__pycache__/'] };

/** A project on the disk, of its files. */
export async function project(files: Readonly<Record<string, string>>): Promise<ProjectTree> {
  const root = temporaryFolder();
  await writeFiles(root, files);
  return treeOf(root);
}

export function treeOf(root: string): Promise<ProjectTree> {
  return scanProject({ root, rules: RULES });
}
