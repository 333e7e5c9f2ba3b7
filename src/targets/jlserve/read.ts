import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, throwAll, type Problem } from '../../errors.ts';
import { readVersions } from '../../versions.ts';
import type { PlanRequest } from '../target.ts';
import { LOCK_FILE } from './constants.ts';
import type { JlserveInputs, WeightsMode } from './inputs.ts';
import { refuseWithoutFile } from './locate.ts';
import { parseJlserveOptions } from './options.ts';
import { choosePython } from './python-version.ts';
import { readJlserveApp } from './read-app.ts';

/**
 * Reads all that planning depends on.
 * @throws OvenbirdError with every problem of the app at once
 */
export async function readJlserveInputs(request: PlanRequest): Promise<JlserveInputs> {
  const { tree, entry, discovered } = request;
  const options = parseJlserveOptions(request.options);
  if (entry === undefined) return refuseWithoutFile(tree.root);
  const { app, problems, warnings } = await readJlserveApp({ root: tree.root, file: entry, tree });
  for (const warning of warnings) request.onEvent(warning);
  const versions = (await readVersions()).python;
  const python = choosePython({
    root: tree.root,
    flag: request.python,
    requiresPython: app?.requirements.requiresPython,
    supported: Object.keys(versions),
  });
  const all: readonly Problem[] = [...problems, ...python.problems];
  throwAll(all);
  if (!app) throw problem('INTERNAL', 'the app was read without a result and without a problem');
  const image = versions[python.version];
  if (!image) throw problem('INTERNAL', `images/versions.json has no base for Python ${python.version}`);
  return {
    app,
    python: python.version,
    pythonReason: python.reason,
    platform: request.platform,
    base:
      request.base === undefined
        ? { reference: image.image, standIn: image.standIn }
        : { reference: request.base },
    options,
    lock: await readOptional(join(tree.root, LOCK_FILE)),
    verify: request.verify,
    secretNames: request.secretNames,
    weightsMode: (discovered?.['weightsMode'] as WeightsMode | undefined) ?? 'slice',
  };
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
