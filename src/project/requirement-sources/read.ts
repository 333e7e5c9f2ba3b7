import type { Problem } from '../../errors.ts';
import {
  readProjectDependencies,
  readUvLock,
  type ProjectDependencies,
  type ReadDependencies,
} from '../pyproject.ts';
import { readRequirements, type RequirementFile } from '../requirements.ts';
import { readScriptMetadata, type ScriptMetadata } from '../script-metadata.ts';
import { lockedPackages, type LockedPackage } from '../uv-lock.ts';
import type { RequirementSource } from './entries.ts';
import { requirementLines } from './lines.ts';

/** A source as it was read, with what is wrong with it. */
interface ReadSource {
  readonly source: RequirementSource;
  readonly problems: readonly Problem[];
}

/** A script, with the name that problems call it by. */
export interface Script {
  readonly file: string;
  readonly source: string;
}

/** The PEP 723 header of a script. */
export async function readHeader(
  script: Script | undefined,
): Promise<ReadSource & { readonly metadata: ScriptMetadata | undefined }> {
  const { file, source } = script ?? { file: '', source: '' };
  const { metadata, problems } = await readScriptMetadata(source, file);
  return {
    source: {
      source: 'script',
      label: `the PEP 723 header (${file}:${metadata?.line ?? 1})`,
      entries: (metadata?.dependencies ?? []).map((each) => ({ ...each, file })),
    },
    metadata,
    problems,
  };
}

/** `requirements.txt` in a folder, and the files that it names. */
export async function readListed(
  root: string,
): Promise<ReadSource & { readonly files: readonly RequirementFile[] }> {
  const path = 'requirements.txt';
  const listed = { source: 'requirements.txt', label: path } as const;
  try {
    const { files, problems } = await readRequirements(root, path);
    return { source: { ...listed, entries: requirementLines(files) }, files, problems };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return {
      source: { ...listed, entries: [] },
      files: [],
      problems: [
        {
          code: 'REQUIREMENTS_INVALID',
          message: `${path}, or a file that it names, cannot be read (${code})`,
          hint: `make it a readable file: ls -l ${path}`,
          location: { file: path },
        },
      ],
    };
  }
}

/** `pyproject.toml` in a folder, with `uv.lock` when it is there. */
export async function readProject(
  root: string,
  read?: ReadDependencies,
): Promise<ReadSource & { readonly found?: ProjectDependencies; readonly lockText: string | undefined }> {
  const { found, problems } = read ?? (await readProjectDependencies(root));
  const lockText = readUvLock(root);
  const lock = await readLock(lockText, found);
  const entries = (found?.dependencies ?? []).map((each) => ({ ...each, file: 'pyproject.toml' }));
  const place = `${found?.table ?? '[project] dependencies'} (pyproject.toml:${entries[0]?.line ?? 1})`;
  return {
    source:
      lockText === undefined
        ? { source: 'pyproject.toml', label: place, entries }
        : { source: 'uv.lock', label: `uv.lock, which pins ${place}`, entries, locked: lock.packages },
    ...(found ? { found } : {}),
    lockText,
    problems: [...problems, ...lock.problems],
  };
}

async function readLock(
  text: string | undefined,
  project: ProjectDependencies | undefined,
): Promise<{ readonly packages: readonly LockedPackage[]; readonly problems: readonly Problem[] }> {
  if (text === undefined) return { packages: [], problems: [] };
  if (project) return lockedPackages(text);
  const problem: Problem = {
    code: 'REQUIREMENTS_INVALID',
    message: 'uv.lock has no pyproject.toml beside it, which would say what of it is needed',
    hint: 'add the pyproject.toml that it was made from, or remove uv.lock',
    location: { file: 'uv.lock' },
  };
  return { packages: [], problems: [problem] };
}
