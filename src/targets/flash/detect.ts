import { readFileSync } from 'node:fs';
import type { ProjectTree } from '../../project/tree.ts';

/** A word that every Flash project has in at least one of its modules. */
const SDK = /\b(?:runpod_flash|tetra_rp)\b/;

/** True when a Python file of the project names the Flash SDK, of either generation. */
export async function looksLikeFlash(tree: ProjectTree): Promise<boolean> {
  return tree.files.some(
    (file) =>
      file.kind === 'file' && file.path.endsWith('.py') && SDK.test(readFileSync(file.absolute, 'utf8')),
  );
}
