import type { ProjectFile, ProjectTree } from './tree.ts';

/** The Python files of a project, in the tree's order. */
export function pythonFiles(tree: ProjectTree): ProjectFile[] {
  return tree.files.filter((file): file is ProjectFile => file.kind === 'file' && file.path.endsWith('.py'));
}
