import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { problem, throwAll, type Problem } from '../../errors.ts';
import { choosePython } from '../../project/choose-python.ts';
import { readProjectTable } from '../../project/project-table.ts';
import { readOptional } from '../../project/read-optional.ts';
import { chooseRequirements } from '../../project/requirement-sources/choose.ts';
import { readVersions } from '../../versions.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { lockFileOf } from '../lock/lock-file.ts';
import type { PlanRequest } from '../target.ts';
import { readAdditions } from './additions.ts';
import { chooseBases } from './bases.ts';
import { findEntry, type Entry } from './entry.ts';
import type { PyinstallerInputs } from './inputs.ts';
import { readPyinstallerOptions } from './options.ts';
import { projectMetadata } from './project-metadata.ts';
import { checkRequest } from './request.ts';
import { platformOf, type System } from './system.ts';
import { findWindowsPython } from './windows-python/find.ts';

export interface ReadInputs {
  readonly inputs: PyinstallerInputs;
  /** What of them the build is given as files. */
  readonly trees: ReadonlyMap<string, ProjectTree>;
}

/**
 * Reads all that planning depends on.
 * @throws OvenbirdError with every problem of the project at once
 */
export async function readPyinstallerInputs(request: PlanRequest): Promise<ReadInputs> {
  const { tree, entry: named, discovered } = request;
  const { root } = tree;
  const placed = readPyinstallerOptions(request.options, tree);
  const { options } = placed;
  const table = await readProjectTable(root);
  const { found, problems } = findEntry({
    tree,
    table,
    given: options?.entry,
    file: named,
    otherwise: options?.defaultEntry,
  });
  const all: Problem[] = [...placed.problems, ...problems];
  throwAll([...all, ...(options && found ? checkRequest(request, options, found.entry) : [])]);
  if (!options || !found) throw problem('INTERNAL', 'no entry was found, and no problem');
  for (const warning of found.warnings) request.onEvent({ type: 'warning', ...warning });
  const sourceRoots = [...new Set([...found.sourceRoots, ...options.paths])];
  const own = await projectMetadata({ root, table: table.found, sourceRoots });
  for (const warning of own.warnings) request.onEvent({ type: 'warning', ...warning });
  const script = await scriptOf(root, found.entry);
  const choice = await chooseRequirements({
    root,
    ...(script ? { script } : {}),
    pyproject: table,
    order: ['script', 'pyproject.toml', 'requirements.txt'],
    warningCode: 'PYINSTALLER_REQUIREMENTS_UNUSED',
    provided: new Set(['pyinstaller', 'pyinstaller-hooks-contrib']),
    without: 'nothing but PyInstaller is installed',
  });
  const { requirements } = choice;
  const versions = await readVersions();
  const python = choosePython({
    root,
    flag: request.python,
    flagFrom: request.pythonFrom,
    requiresPython: requirements.requiresPython ?? table.found?.requiresPython,
    supported: Object.keys(versions.python),
    command: 'ovenbird build --target pyinstaller',
  });
  const windows = options.systems.includes('windows')
    ? await findWindowsPython({ asked: options.windowsPython, python: python.version, versions })
    : undefined;
  throwAll([...choice.problems, ...python.problems, ...(windows?.problems ?? [])]);
  for (const warning of choice.warnings) request.onEvent(warning);
  const inputs = {
    entry: found.entry,
    name:
      options.name ?? found.name ?? basename(found.entry.kind === 'spec' ? found.entry.file : root, '.spec'),
    sourceRoots,
    entryReason: found.reason,
    metadata: own.metadata,
    requirements,
    python: python.version,
    pythonReason: python.reason,
    platform: request.platform,
    bases: chooseBases({ versions, python: python.version, base: request.base, glibc: options.glibc }),
    options,
    windows: windows?.part,
    additions: readAdditions(discovered),
    locks: await readLocks(root, options.systems, request.platform),
    verify: request.verify,
  };
  return { inputs, trees: windows?.trees ?? new Map() };
}

async function readLocks(
  root: string,
  systems: readonly System[],
  platform: string,
): Promise<PyinstallerInputs['locks']> {
  const locks: Partial<Record<System, string>> = {};
  for (const system of systems) {
    const lock = await readOptional(join(root, lockFileOf(platformOf(system, platform))));
    if (lock !== undefined) locks[system] = lock;
  }
  return locks;
}

/** The only file that may say by itself what it needs. */
async function scriptOf(root: string, entry: Entry): Promise<{ file: string; source: string } | undefined> {
  if (entry.kind !== 'script') return undefined;
  return { file: entry.file, source: await readFile(join(root, entry.file), 'utf8') };
}
