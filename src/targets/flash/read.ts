import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OvenbirdError, throwAll, type Problem } from '../../errors.ts';
import { readOwnFile } from '../../package-root.ts';
import { readRequirements } from '../../project/requirements.ts';
import type { PlanRequest } from '../target.ts';
import { IMAGE_VARIABLES, WORKER_GLIBC } from './constants.ts';
import { findEndpoints } from './endpoints.ts';
import type { DecoratorRequirement, FlashInputs } from './inputs.ts';
import { LOCK_FILE } from './lock.ts';
import { parseFlashOptions } from './options.ts';
import { choosePython } from './python-version.ts';

/**
 * Reads all that planning depends on.
 * @throws OvenbirdError with every problem of the project at once
 */
export async function readFlashInputs(request: PlanRequest): Promise<FlashInputs> {
  const { tree } = request;
  const options = parseFlashOptions(request.options);
  const found = await findEndpoints(tree);
  for (const warning of found.warnings) request.onEvent(warning);
  const requirements = await readRequirements(tree.root, 'requirements.txt');
  const problems: Problem[] = [...found.problems, ...requirements.problems];
  const python = await pythonOf(request, found, problems);
  throwAll(problems);
  return {
    name: basename(tree.root),
    python: python.version,
    pythonReason: python.reason,
    platform: request.platform,
    glibc: WORKER_GLIBC,
    base: request.base === undefined ? await defaultBase(python.version) : { reference: request.base },
    options,
    endpoints: found.endpoints,
    decorators: found.endpoints.flatMap(decoratorRequirements),
    requirementFiles: requirements.files,
    lock: await readOptional(join(tree.root, LOCK_FILE)),
    verify: request.verify,
    imageVariables: Object.fromEntries(
      IMAGE_VARIABLES.flatMap((name) => {
        const value = request.environment[name];
        return value ? [[name, value]] : [];
      }),
    ),
    sourceDateEpoch: sourceDateEpoch(request.environment['SOURCE_DATE_EPOCH']),
  };
}
