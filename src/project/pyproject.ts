import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../errors.ts';
import { readToml } from './toml.ts';
import { itemLines } from './toml-lines.ts';

/** What planning needs of `pyproject.toml`. */
export interface Pyproject {
  /** `[project] name` */
  readonly name?: string;
  /** `[project] requires-python`, or Poetry's `python` dependency. */
  readonly requiresPython?: string;
}

/**
 * Reads `pyproject.toml`.
 * @param root the project's folder, absolute
 * @returns undefined when there is none; a file that is no TOML, or says something else than
 *   is allowed there, is a problem
 */
export async function readPyproject(
  root: string,
): Promise<{ readonly pyproject?: Pyproject; readonly problems: readonly Problem[] }> {
  const text = readSmall(join(root, 'pyproject.toml'));
  return text === undefined ? { problems: [] } : parsePyproject(text);
}

async function parsePyproject(text: string): ReturnType<typeof readPyproject> {
  const read = await readToml(text, (z) =>
    z.object({
      project: z.object({ name: z.string().optional(), 'requires-python': z.string().optional() }).optional(),
      tool: z
        .object({
          poetry: z
            .object({ dependencies: z.object({ python: z.string().optional() }).optional() })
            .optional(),
        })
        .optional(),
    }),
  );
  if ('what' in read) return { problems: [pyprojectProblem(read.what, read.line)] };
  const { project, tool } = read.data;
  const requiresPython = project?.['requires-python'] ?? tool?.poetry?.dependencies?.python;
  const pyproject = {
    ...(project?.name === undefined ? {} : { name: project.name }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
  };
  return { pyproject, problems: [] };
}

/** A `pyproject.toml` that cannot be read. */
export function pyprojectProblem(what: string, line?: number): Problem {
  const file = 'pyproject.toml';
  return {
    code: 'REQUIREMENTS_INVALID',
    message: `${file}${line === undefined ? '' : `:${line}`}: ${what}`,
    hint: 'correct the file; its format is described in PEP 621',
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
  /** `[project] dependencies`; optional groups are not among them. */
  readonly dependencies: readonly { readonly requirement: string; readonly line: number }[];
  /** `dynamic = ["dependencies"]`: only the build backend can tell. */
  readonly dynamic: boolean;
  /** Packages in Poetry's own table, which is not PEP 621. */
  readonly poetry: readonly string[];
  readonly requiresPython?: string;
}

/**
 * Reads the dependencies that `pyproject.toml` declares.
 * @param root the folder of the file, absolute
 * @returns nothing when there is no such file
 */
export async function readProjectDependencies(root: string): Promise<{
  readonly found?: ProjectDependencies;
  readonly problems: readonly Problem[];
}> {
  const text = readSmall(join(root, 'pyproject.toml'));
  if (text === undefined) return { problems: [] };
  const { pyproject, problems } = await parsePyproject(text);
  if (!pyproject) return { problems };
  const read = await readToml(text, (z) =>
    z.object({
      project: z
        .object({ dependencies: z.array(z.string()).optional(), dynamic: z.array(z.string()).optional() })
        .optional(),
      tool: z
        .object({
          poetry: z.object({ dependencies: z.record(z.string(), z.unknown()).optional() }).optional(),
        })
        .optional(),
    }),
  );
  if ('what' in read) return { problems: [pyprojectProblem(read.what, read.line)] };
  const { project, tool } = read.data;
  const dependencies = project?.dependencies ?? [];
  const lines = itemLines(text, 'project', 'dependencies', dependencies);
  const found = {
    text,
    dependencies: dependencies.map((requirement, index) => ({ requirement, line: lines[index] ?? 1 })),
    dynamic: project?.dynamic?.includes('dependencies') ?? false,
    poetry: Object.keys(tool?.poetry?.dependencies ?? {}).filter((name) => name !== 'python'),
    ...(pyproject.requiresPython === undefined ? {} : { requiresPython: pyproject.requiresPython }),
  };
  return { found, problems: [] };
}

/** The text of the project's `pyproject.toml`; undefined when there is none. */
export function readPyprojectText(root: string): string | undefined {
  return readSmall(join(root, 'pyproject.toml'));
}

/** The text of the project's `uv.lock`; undefined when there is none. */
export function readUvLock(root: string): string | undefined {
  return readSmall(join(root, 'uv.lock'));
}
