import type { Problem } from '../../errors.ts';
import { decodePython } from '../../project/python/source.ts';
import { pythonFiles } from '../../project/python-files.ts';
import { readBytes } from '../../project/read-bytes.ts';
import type { ProjectTree } from '../../project/tree.ts';

/** What every module that defines an endpoint names somewhere. */
const SDK_NAMES = ['runpod_flash', 'tetra_rp'];

export interface SdkModules {
  readonly modules: readonly { readonly file: string; readonly source: string }[];
  /** Files that name the SDK and are no text. */
  readonly problems: readonly Problem[];
}

/** Detecting and planning ask for the same in a row. */
const known = new WeakMap<ProjectTree, SdkModules>();

/** The Python files that name the Flash SDK, of either generation. Reads each file once. */
export function sdkModules(tree: ProjectTree): SdkModules {
  const before = known.get(tree);
  if (before) return before;
  const modules: { file: string; source: string }[] = [];
  const problems: Problem[] = [];
  for (const file of pythonFiles(tree)) {
    const bytes = readBytes(file);
    if (!bytes || !SDK_NAMES.some((name) => bytes.includes(name))) continue;
    const decoded = decodePython(bytes);
    if ('text' in decoded) modules.push({ file: file.path, source: decoded.text });
    else {
      const { message, line } = decoded;
      problems.push({
        code: 'PYTHON_SYNTAX',
        message: `${file.path}:${line}: ${message}`,
        hint: 'save it as UTF-8',
        location: { file: file.path, line },
      });
    }
  }
  const found = { modules, problems };
  known.set(tree, found);
  return found;
}
