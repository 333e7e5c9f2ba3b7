import type { ProjectTree } from '../../project/tree.ts';
import { sdkModules } from './sdk-modules.ts';

/** True when a Python file of the project names the Flash SDK, of either generation. */
export async function looksLikeFlash(tree: ProjectTree): Promise<boolean> {
  const { modules, problems } = sdkModules(tree);
  return modules.length + problems.length > 0;
}
