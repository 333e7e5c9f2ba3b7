import { basename, join } from 'node:path';
import { throwAll, type Problem } from '../../errors.ts';
import { readOptional } from '../../project/read-optional.ts';
import { LOCK_FILE } from '../lock/lock-file.ts';
import type { PlanRequest } from '../target.ts';
import { defaultBase } from './base.ts';
import { assumedDependencies, computedRequirements } from './computed.ts';
import { IMAGE_VARIABLES, WORKER_GLIBC } from './constants.ts';
import type { FlashEndpoint } from './endpoint-types.ts';
import { findEndpoints } from './endpoints.ts';
import type { DecoratorRequirement, FlashInputs } from './inputs.ts';
import { parseFlashOptions } from './options.ts';
import { decidePython } from './python-version.ts';
import { requirementsOfProject } from './requirements.ts';
import { refuseSecrets } from './secrets.ts';

/**
 * Reads all that planning depends on.
 * @throws OvenbirdError with every problem of the project at once
 */
export async function readFlashInputs(request: PlanRequest): Promise<FlashInputs> {
  const { tree, environment } = request;
  const options = parseFlashOptions(request.options);
  throwAll(refuseSecrets(request.secretNames));
  const found = await findEndpoints(tree);
  const lock = await readOptional(join(tree.root, LOCK_FILE));
  const computed = assumedDependencies(found.endpoints, { found: request.discovered?.['computed'], lock });
  const decorators = [
    ...found.endpoints.filter((each) => each.kind !== 'client').flatMap(decoratorRequirements),
    ...computedRequirements(found.endpoints, computed),
  ];
  const named = await requirementsOfProject({ root: tree.root, groups: options.group, decorators });
  for (const warning of [...found.warnings, ...named.warnings]) request.onEvent(warning);
  const python = decidePython({
    root: tree.root,
    flag: request.python,
    flagFrom: request.pythonFrom,
    endpoints: found.endpoints,
    requiresPython: named.requirements.requiresPython,
  });
  const problems: Problem[] = [...found.problems, ...python.problems, ...named.problems];
  const epoch = environment['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && epoch !== '' && !/^\d{1,10}$/.test(epoch)) problems.push(badEpoch(epoch));
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
    decorators,
    computed,
    unasked: options.exclude.filter((name) => !named.names.has(name)),
    requirements: named.requirements,
    groups: named.groups,
    lock,
    verify: request.verify,
    imageVariables: Object.fromEntries(
      IMAGE_VARIABLES.flatMap((name) => {
        const value = environment[name];
        return value ? [[name, value]] : [];
      }),
    ),
    sourceDateEpoch: epoch ? Number(epoch) : undefined,
  };
}

function decoratorRequirements(endpoint: FlashEndpoint): DecoratorRequirement[] {
  return endpoint.dependencies.items.map(({ requirement, line }) => ({
    requirement,
    line,
    file: endpoint.file,
    endpoint: endpoint.name ?? endpoint.functions[0]?.name ?? '',
  }));
}

function badEpoch(value: string): Problem {
  return {
    code: 'USAGE',
    message: `SOURCE_DATE_EPOCH is ${JSON.stringify(value)}, which is not a number of seconds`,
    hint: 'for example: SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)',
  };
}
