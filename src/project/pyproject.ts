import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../errors.ts';
import { poetryDependencies } from './poetry.ts';
import { readToml } from './toml.ts';
import { itemLines } from './toml-lines.ts';

/** The file's text; undefined when there is none. */
export function readPyprojectText(root: string): string | undefined {
  return readSmall(join(root, 'pyproject.toml'));
}

/** What is wrong with the file, at a line where that is known; the place is told by whoever shows it. */
export function wrongInPyproject(
  what: string,
  line?: number,
  hint = 'correct the file; its format is described in PEP 621',
): Problem {
  const file = 'pyproject.toml';
  return {
    code: 'REQUIREMENTS_INVALID',
    message: what,
    hint,
    location: { file, ...(line === undefined ? {} : { line }) },
  };
}

/** The text of the project's `.python-version`; undefined when there is none. */
export function readPythonVersionFile(root: string): string | undefined {
  return readSmall(join(root, '.python-version'));
}

/** A regular file's text, without a byte order mark; links are not followed. */
function readSmall(path: string): string | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return readFileSync(handle, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** What `pyproject.toml` says of the packages that the project needs. */
export interface ProjectDependencies {
  /** The file's text. */
  readonly text: string;
  /** Of `[project]`, else of Poetry's own table; optional groups are not among them. */
  readonly dependencies: readonly { readonly requirement: string; readonly line: number }[];
  /** The table they stand in: `[project] dependencies`, `[tool.poetry.dependencies]`. */
  readonly table: string;
  /** `dynamic = ["dependencies"]`, and no table of Poetry's: only the build backend can tell. */
  readonly dynamic: boolean;
  readonly requiresPython?: string;
}

/** What was read of the file; nothing is found when there is none. */
export interface ReadDependencies {
  readonly found?: ProjectDependencies;
  readonly problems: readonly Problem[];
}

/**
 * Reads the dependencies that `pyproject.toml` declares.
 * @param root the folder of the file, absolute
 */
export async function readProjectDependencies(root: string): Promise<ReadDependencies> {
  const text = readPyprojectText(root);
  return text === undefined ? { problems: [] } : parseProjectDependencies(text);
}

async function parseProjectDependencies(text: string): Promise<ReadDependencies> {
  const read = await readToml(text, (z) =>
    z.object({
      project: z
        .object({
          'requires-python': z.string().optional(),
          dependencies: z.array(z.string()).optional(),
          dynamic: z.array(z.string()).optional(),
        })
        .optional(),
      tool: z
        .object({
          poetry: z
            .object({ dependencies: z.looseObject({ python: z.string().optional() }).optional() })
            .optional(),
        })
        .optional(),
    }),
  );
  if ('what' in read) return { problems: [wrongInPyproject(read.what, read.line)] };
  const { project, tool } = read.data;
  const poetry = tool?.poetry?.dependencies;
  const found = dependenciesIn({
    text,
    dependencies: project?.dependencies,
    dynamic: project?.dynamic ?? [],
    poetry,
    requiresPython: project?.['requires-python'] ?? poetry?.python,
  });
  return found.problems.length > 0 ? { problems: found.problems } : found;
}

/** What the file's tables say, put together. */
export function dependenciesIn(tables: {
  readonly text: string;
  /** Undefined: `[project]` does not say. */
  readonly dependencies: readonly string[] | undefined;
  readonly dynamic: readonly string[];
  readonly poetry: Readonly<Record<string, unknown>> | undefined;
  readonly requiresPython: string | undefined;
}): { readonly found: ProjectDependencies; readonly problems: readonly Problem[] } {
  const { text, dependencies, dynamic, poetry, requiresPython } = tables;
  const python = requiresPython === undefined ? {} : { requiresPython };
  if (dependencies === undefined && poetry !== undefined) {
    const read = poetryDependencies(text, ['tool', 'poetry', 'dependencies'], poetry);
    const table = '[tool.poetry.dependencies]';
    const found = { text, dependencies: read.dependencies, table, dynamic: false, ...python };
    return { found, problems: read.problems };
  }
  const named = dependencies ?? [];
  const lines = itemLines(text, 'project', 'dependencies', named);
  const found = {
    text,
    dependencies: named.map((requirement, index) => ({ requirement, line: lines[index] ?? 1 })),
    table: '[project] dependencies',
    dynamic: dynamic.includes('dependencies'),
    ...python,
  };
  return { found, problems: [] };
}

/** The text of the project's `uv.lock`; undefined when there is none. */
export function readUvLock(root: string): string | undefined {
  return readSmall(join(root, 'uv.lock'));
}
