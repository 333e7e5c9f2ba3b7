import { join } from 'node:path';
import { problem, throwAll, type Problem } from '../../errors.ts';
import { SECRET_ID } from '../../plan/grammar.ts';
import { choosePython } from '../../project/choose-python.ts';
import { readOptional } from '../../project/read-optional.ts';
import { readVersions } from '../../versions.ts';
import { LOCK_FILE } from '../lock/lock-file.ts';
import type { PlanRequest } from '../target.ts';
import { quoted } from './cache-folder.ts';
import type { JlserveInputs, WeightsMode } from './inputs.ts';
import { refuseWithoutFile } from './locate.ts';
import { parseJlserveOptions, type JlserveOptions } from './options.ts';
import { readJlserveApp } from './read-app.ts';
import { checkExtractFolder } from './writes.ts';

/**
 * Reads all that planning depends on.
 * @throws OvenbirdError with every problem of the app at once
 */
export async function readJlserveInputs(request: PlanRequest): Promise<JlserveInputs> {
  const { tree, entry, discovered } = request;
  const options = parseJlserveOptions(request.options);
  throwAll(checkRequest(request, options));
  const misplaced = checkExtractFolder(request, options.extractCache);
  if (misplaced) throwAll([misplaced]);
  if (entry === undefined) return refuseWithoutFile(tree.root);
  const { app, problems, warnings } = await readJlserveApp({ root: tree.root, file: entry, tree });
  for (const warning of warnings) request.onEvent(warning);
  const versions = (await readVersions()).python;
  const python = choosePython({
    root: tree.root,
    flag: request.python,
    flagFrom: request.pythonFrom,
    requiresPython: app?.requirements.requiresPython,
    supported: Object.keys(versions),
    command: 'jlserve build app.py',
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
    outlined: discovered === undefined,
  };
}

/** What no project can make right. */
function checkRequest({ output, secretNames }: PlanRequest, { push }: JlserveOptions): Problem[] {
  const problems: Problem[] = secretNames
    .filter((name) => !SECRET_ID.pattern.test(name))
    .map((name) => ({
      code: 'USAGE',
      message: `the id of a secret ${SECRET_ID.says}: not ${JSON.stringify(name.slice(0, 101))}`,
      hint: 'name it as download_weights() reads it: --secret id=HF_TOKEN,env=VARIABLE',
    }));
  if (output !== undefined && push) {
    problems.push({
      code: 'USAGE',
      message: '--output and --push together: an image that goes into a file is not pushed',
      hint: `leave --output out, and write the file afterwards: docker save --output ${quoted(output)} NAME:TAG`,
    });
  }
  return problems;
}
