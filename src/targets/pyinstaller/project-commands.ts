import type { Problem } from '../../errors.ts';
import { wrongInPyproject, readPyprojectText } from '../../project/pyproject.ts';
import { tomlEntries, type TomlEntry } from '../../project/toml-entries.ts';
import { readToml } from '../../project/toml.ts';

/** A command that `pyproject.toml` gives to those who install the project. */
export interface ProjectScript {
  readonly name: string;
  /** `pkg.cli:main` */
  readonly reference: string;
  /** `[project.scripts]` */
  readonly table: string;
  readonly line?: number;
}

/** What `pyproject.toml` says of what runs. */
export interface ProjectCommands {
  readonly name?: string;
  readonly scripts: readonly ProjectScript[];
  readonly guiScripts: readonly ProjectScript[];
}

/** @param root the project's folder, absolute */
export async function readProjectCommands(
  root: string,
): Promise<{ readonly table: ProjectCommands; readonly problems: readonly Problem[] }> {
  const none = { scripts: [], guiScripts: [] };
  const text = readPyprojectText(root);
  if (text === undefined) return { table: none, problems: [] };
  const read = await readToml(text, (z) => {
    const references = z.record(z.string(), z.string()).optional();
    // Poetry's may be tables, of files that are no Python.
    const loose = z.record(z.string(), z.unknown()).optional();
    const poetry = z.object({ name: z.string().optional(), scripts: loose }).optional();
    return z.object({
      project: z
        .object({ name: z.string().optional(), scripts: references, 'gui-scripts': references })
        .optional(),
      tool: z.object({ poetry }).optional(),
    });
  });
  if ('what' in read) return { table: none, problems: [wrongInPyproject(read.what, read.line)] };
  const { project, tool } = read.data;
  const entries = tomlEntries(text);
  const scriptsOf = (
    path: readonly string[],
    given: Readonly<Record<string, unknown>> = {},
  ): ProjectScript[] =>
    Object.entries(given).flatMap(([name, reference]) => {
      const at = entryAt(entries, [...path, name]) ?? entryAt(entries, path);
      const line = at === undefined ? {} : { line: at.line };
      return typeof reference === 'string'
        ? [{ name, reference, table: `[${path.join('.')}]`, ...line }]
        : [];
    });
  const name = project?.name ?? tool?.poetry?.name;
  return {
    table: {
      ...(name === undefined ? {} : { name }),
      scripts: [
        ...scriptsOf(['project', 'scripts'], project?.scripts),
        ...scriptsOf(['tool', 'poetry', 'scripts'], tool?.poetry?.scripts),
      ],
      guiScripts: scriptsOf(['project', 'gui-scripts'], project?.['gui-scripts']),
    },
    problems: [],
  };
}

/** Of an inline table only the table itself. */
function entryAt(entries: readonly TomlEntry[], path: readonly string[]): TomlEntry | undefined {
  return entries.find((each) => each.path.join('\0') === path.join('\0'));
}
