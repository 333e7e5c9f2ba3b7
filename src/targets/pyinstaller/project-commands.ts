import type { EntryPoint } from '../../project/entry-point.ts';
import type { ProjectTable } from '../../project/project-table.ts';

/** A command that `pyproject.toml` gives to those who install the project. */
export interface ProjectScript extends EntryPoint {
  /** `[project.scripts]` */
  readonly table: string;
}

/** What `pyproject.toml` says of what runs. */
export interface ProjectCommands {
  readonly name: string | undefined;
  readonly scripts: readonly ProjectScript[];
  readonly guiScripts: readonly ProjectScript[];
}

export function projectCommands(found: ProjectTable | undefined): ProjectCommands {
  return {
    name: found?.name ?? found?.poetryName,
    scripts: [
      ...inTable('[project.scripts]', found?.scripts),
      ...inTable('[tool.poetry.scripts]', found?.poetryScripts),
    ],
    guiScripts: inTable('[project.gui-scripts]', found?.guiScripts),
  };
}

function inTable(table: string, scripts: readonly EntryPoint[] = []): ProjectScript[] {
  return scripts.map((script) => ({ ...script, table }));
}
