import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import { pythonFiles } from '../../project/python-files.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { checkEndpoints } from './endpoint-checks.ts';
import { joinLists } from './endpoint-lists.ts';
import type { DefinedEndpoint } from './endpoint-module.ts';
import type { FlashEndpoint, FoundEndpoints } from './endpoint-types.ts';
import { sdkModules } from './sdk-modules.ts';

export type {
  DeclaredList,
  EndpointFunction,
  EndpointKind,
  FlashEndpoint,
  FlashModule,
  FoundEndpoints,
} from './endpoint-types.ts';

/**
 * Finds the endpoints of a Flash project in the syntax trees of its modules; nothing is run.
 * All problems come back together. What only an import can tell (a computed name, a list of
 * dependencies from a function) is marked as such.
 */
export async function findEndpoints(tree: ProjectTree): Promise<FoundEndpoints> {
  if (pythonFiles(tree).length === 0) return none([noPythonFiles(tree)]);
  const read = sdkModules(tree);
  const parsed = await parseAll(read.modules);
  const syntax = [...read.problems, ...parsed.flatMap((module) => module.problem ?? [])];
  const defined: DefinedEndpoint[] = [];
  const warnings: Warning[] = [];
  const { moduleEndpoints } = await import('./endpoint-module.ts');
  for (const module of parsed) {
    if (module.problem || isPackageFile(module.file)) continue;
    const found = moduleEndpoints(module);
    defined.push(...found.endpoints);
    warnings.push(...found.warnings);
  }
  const files = new Set(defined.filter((each) => each.kind !== 'client').map((each) => each.file));
  const { checkIgnoredImports } = await import('./ignored-imports.ts');
  const problems = [
    ...syntax,
    ...checkEndpoints(defined),
    ...checkIgnoredImports(
      tree,
      parsed.filter((module) => files.has(module.file)),
    ),
  ];
  // A module that can't be read may hold them all.
  if (defined.length === 0 && syntax.length === 0) problems.push(noEndpoints(tree));
  return {
    modules: [...files].map((file) => ({ file, module: moduleName(file) })),
    endpoints: joinByName(defined),
    problems,
    warnings,
  };
}

/** The worker's loader does not look for endpoints there, and nor does the peer. */
function isPackageFile(file: string): boolean {
  return file === '__init__.py' || file.endsWith('/__init__.py');
}

/** `workers/gpu.py` → `workers.gpu` */
export function moduleName(file: string): string {
  return file.replace(/\.py$/, '').replaceAll('/', '.');
}

/** The parser takes a moment to load: only when there is something to parse. */
async function parseAll(
  modules: readonly { readonly file: string; readonly source: string }[],
): Promise<PythonModule[]> {
  if (modules.length === 0) return [];
  const { parsePython } = await import('../../project/python/parse.ts');
  return modules.map(({ file, source }) => parsePython(source, file));
}

/** Two decorators of one name in one module are one endpoint with two functions. */
function joinByName(defined: readonly DefinedEndpoint[]): FlashEndpoint[] {
  const groups = Map.groupBy(defined, (each) =>
    // Without a name each stands for itself.
    each.name === undefined ? each : JSON.stringify([each.file, each.kind, each.name]),
  );
  return Array.from(groups.values()).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { conditional: _conditional, ...endpoint } = first;
    return {
      ...endpoint,
      functions: group.flatMap((each) => each.functions),
      dependencies: joinLists(group.map((each) => each.dependencies)),
      systemDependencies: joinLists(group.map((each) => each.systemDependencies)),
    };
  });
}

function none(problems: Problem[]): FoundEndpoints {
  return { modules: [], endpoints: [], problems, warnings: [] };
}

function noPythonFiles(tree: ProjectTree): Problem {
  return {
    code: 'FLASH_NO_PYTHON_FILES',
    message: `No Python files found in ${tree.root}`,
    hint: 'run the command in the folder that holds your Flash app, or name it: ovenbird build DIR',
  };
}

function noEndpoints(tree: ProjectTree): Problem {
  const count = pythonFiles(tree).length;
  const where = count === 1 ? '1 Python file' : `${count} Python files`;
  return {
    code: 'FLASH_NO_ENDPOINTS',
    message: `functions not found: no endpoint is defined in ${where} of ${tree.root}`,
    hint: `decorate at least one function with @Endpoint, at the top level of a module that no ignore rule leaves out:\n\n${EXAMPLE}`,
  };
}

const EXAMPLE = `from runpod_flash import Endpoint, GpuGroup

@Endpoint(name="my-worker", gpu=GpuGroup.ANY)
def my_function(data):
    return {"result": data}
`;
