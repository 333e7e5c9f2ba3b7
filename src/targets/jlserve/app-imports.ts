import { posix } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { Warning } from '../../events.ts';
import { hasIgnoredFile } from '../../project/ignored-file.ts';
import type { PythonModule } from '../../project/python/parse.ts';
import type { ProjectTree } from '../../project/tree.ts';
import type { RequirementChoice } from './requirements.ts';
import { foreignImports, type ForeignImport } from './local-imports.ts';
import { mayProvide, packageFor } from './module-packages.ts';
import { PROVIDED_MODULES } from './provided.ts';
import { isStandardModule } from './stdlib-modules.ts';

/**
 * Imports that neither the project, Python, jlserve nor a requirement provides. Packages bring
 * others along, so with requirements it is a warning; without any it is an error where the
 * import surely runs.
 * @param baseMayProvide true when the image that is built on may hold packages itself
 */
export function checkImports(
  tree: ProjectTree,
  app: PythonModule,
  choice: RequirementChoice,
  baseMayProvide: boolean,
): { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] } {
  const { imports, problems: syntax } = foreignImports(tree, app);
  const missing = new Map<string, ForeignImport>();
  for (const each of imports) {
    if (isProvided(each.module, choice)) continue;
    const known = missing.get(each.module);
    if (!known || (each.certain && !known.certain)) missing.set(each.module, each);
  }
  const problems: Problem[] = [...syntax];
  const warnings: Warning[] = [];
  for (const each of missing.values()) {
    const { file, line, certain } = each;
    const said = { ...describe(tree, app, each, choice), location: { file, line } };
    const isSure = choice.requirements.source === 'none' && certain && !baseMayProvide;
    if (isSure) problems.push({ code: 'JLSERVE_IMPORT_FAILED', ...said });
    else warnings.push({ type: 'warning', code: 'JLSERVE_IMPORT_UNPROVIDED', ...said });
  }
  return { problems, warnings };
}

function isProvided(module: string, choice: RequirementChoice): boolean {
  if (module === '' || isStandardModule(module) || PROVIDED_MODULES.has(module)) return true;
  return choice.unnamed || mayProvide(choice.names, module);
}

function describe(
  tree: ProjectTree,
  app: PythonModule,
  { module, file, line }: ForeignImport,
  choice: RequirementChoice,
): { readonly message: string; readonly hint: string } {
  const path = posix.join(posix.dirname(app.file), module);
  const ignored = [`${path}.py`, `${path}/__init__.py`].find((each) => hasIgnoredFile(tree, each));
  if (ignored !== undefined) {
    return {
      message: `${file}:${line} imports ${module}, which the ignore rules leave out of the build (${ignored})`,
      hint: `remove the pattern that matches it from .gitignore, or add a line: !/${ignored}`,
    };
  }
  const { source } = choice.requirements;
  const without = source === 'none' ? 'no requirements are named' : 'no requirement goes by that name';
  return {
    message: `nothing provides ${module}, which ${file}:${line} imports: ${without}`,
    hint: howToAdd(source, packageFor(module)),
  };
}

function howToAdd(source: RequirementChoice['requirements']['source'], name: string): string {
  const unless = 'unless another package brings it';
  switch (source) {
    case 'none':
      return `name its package: @jlserve.app(requirements=["${name}"])`;
    case 'decorator':
      return `${unless}, add "${name}" to requirements=[…] of @jlserve.app`;
    case 'script':
      return `${unless}, add "${name}" to dependencies in the file's header`;
    case 'requirements.txt':
      return `${unless}, add it: echo ${name} >> requirements.txt`;
    case 'pyproject.toml':
      return `${unless}, add "${name}" to [project] dependencies in pyproject.toml`;
    case 'uv.lock':
      return `add it: uv add ${name}`;
    default:
      return source satisfies never;
  }
}
