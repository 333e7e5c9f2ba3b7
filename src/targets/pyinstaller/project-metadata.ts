import { posix } from 'node:path';
import { readOptional } from '../../project/read-optional.ts';
import type { ProjectTable } from '../../project/project-table.ts';
import type { ContentWarning } from '../target.ts';
import type { ProjectMetadata } from './inputs.ts';

export interface MetadataQuestion {
  readonly root: string;
  readonly table: ProjectTable | undefined;
  readonly sourceRoots: readonly string[];
}

/**
 * What a program that asks importlib.metadata for its own project is answered: the project is
 * not installed, its `[project]` is.
 */
export async function projectMetadata({ root, table, sourceRoots }: MetadataQuestion): Promise<{
  readonly metadata?: ProjectMetadata;
  readonly warnings: readonly ContentWarning[];
}> {
  if (table?.name === undefined) return { warnings: [] };
  const { name, scripts, guiScripts, entryPoints, dependencies } = table;
  const version = table.version ?? (await versionInSource(root, name, sourceRoots));
  const groups = [...entryPoints, { group: 'gui_scripts', entries: guiScripts }];
  const metadata = {
    name,
    version: version ?? '0',
    scripts: asObject(scripts),
    entryPoints: Object.fromEntries(
      groups
        .filter(({ entries }) => entries.length > 0)
        .map(({ group, entries }) => [group, asObject(entries)]),
    ),
    dependencies: dependencies.map(({ requirement }) => requirement),
  };
  return { metadata, warnings: version === undefined ? [unknownVersion(name)] : [] };
}

/** A version that a build backend would take from the package: `__version__ = "1.2"`. */
async function versionInSource(
  root: string,
  name: string,
  sourceRoots: readonly string[],
): Promise<string | undefined> {
  const folder = name.replaceAll(/[-.]/g, '_');
  for (const source of sourceRoots) {
    for (const file of ['__init__.py', '_version.py', '__about__.py']) {
      const text = await readOptional(posix.join(root, source, folder, file));
      const found = /^(?:__version__|version)\s*(?::\s*\w+\s*)?=\s*(["'])([\w.!+-]+)\1/m.exec(
        text ?? '',
      )?.[2];
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function unknownVersion(name: string): ContentWarning {
  return {
    code: 'PYINSTALLER_VERSION_UNKNOWN',
    message: `the version of ${name} is dynamic: importlib.metadata.version(${JSON.stringify(name)}) will say 0 in the executable`,
    hint: 'write it as [project] version = "1.0", or as __version__ in the package',
    location: { file: 'pyproject.toml' },
  };
}

function asObject(entries: ProjectTable['scripts']): Record<string, string> {
  return Object.fromEntries(entries.map(({ name, reference }) => [name, reference]));
}
