import { canonicalJson } from '../../plan/canonical.ts';
import { PLAN_SCHEMA, type BuildPlan } from '../../plan/schema.ts';
import { BUNDLED_SDKS, IMPORT_SECONDS, WORKER_EXCLUDES } from './constants.ts';
import type { FlashInputs } from './inputs.ts';
import { lockedPackages, lockInputsDigest, lockIsCurrent } from './lock.ts';

/** Inputs of a Flash project → its plan. Pure: same inputs, same document. */
export function planFlash(inputs: FlashInputs): BuildPlan {
  const excludes = [...new Set([...WORKER_EXCLUDES, ...BUNDLED_SDKS, ...inputs.options.exclude])].sort();
  const inputsDigest = lockInputsDigest(inputs, excludes);
  const lock =
    inputs.lock !== undefined && lockIsCurrent(inputs.lock, inputsDigest) ? inputs.lock : undefined;
  // Endpoints in client mode too: the manifest lists them, although nothing of them is built.
  const modules = [...new Set(inputs.endpoints.map((endpoint) => endpoint.file))].sort();
  return {
    $schema: PLAN_SCHEMA,
    target: 'flash',
    name: inputs.name,
    platform: inputs.platform,
    python: inputs.python,
    base: inputs.base,
    template: 'flash',
    stages: { lock: lock === undefined ? 'lock-resolved' : 'lock-given' },
    files: {
      ...(lock === undefined ? resolveFiles(inputs, excludes, inputsDigest) : { 'lock/ovenbird.lock': lock }),
      'sdk/request.json': canonicalJson(machine(inputs)),
      'discover/request.json': canonicalJson(discoverRequest(inputs, modules, excludes)),
      'pack/request.json': canonicalJson({
        verify: inputs.verify,
        excludes,
        modules,
        sourceDateEpoch: inputs.sourceDateEpoch,
      }),
    },
    result: 'result',
    rebuilt: ['discover', 'pack'],
    titles: titles(inputs, lock, modules.length),
    reasons: [
      inputs.pythonReason,
      lock === undefined
        ? 'dependencies are resolved anew: ovenbird.lock is missing or was made from other inputs'
        : 'dependencies are taken from ovenbird.lock',
    ],
    facts: {
      endpoints: inputs.endpoints.map((endpoint) => ({
        name: endpoint.name ?? null,
        kind: endpoint.kind,
        file: endpoint.file,
        line: endpoint.line,
        functions: endpoint.functions.map((each) => each.name),
      })),
      excludes,
      lock: lock === undefined ? 'resolve' : 'given',
    },
  };
}

/** Client-mode endpoints call what is deployed elsewhere: nothing of them is built. */
function built(inputs: FlashInputs): FlashInputs['endpoints'] {
  return inputs.endpoints.filter((endpoint) => endpoint.kind !== 'client');
}

function machine(inputs: FlashInputs): { python: string; platform: string; glibc: string } {
  return { python: inputs.python, platform: inputs.platform, glibc: inputs.glibc };
}

function resolveFiles(
  inputs: FlashInputs,
  excludes: readonly string[],
  inputsDigest: string,
): Record<string, string> {
  return {
    'resolve/request.json': canonicalJson({
      ...machine(inputs),
      inputsDigest,
      noDeps: inputs.options.noDeps,
      excludes,
      sources: inputs.requirementFiles.filter((file) => file.top).map((file) => ({ file: file.path })),
      decorators: inputs.decorators,
      decoratorWords: 'dependencies= of an endpoint',
      pythonOption: '--python-version',
    }),
    'resolve/excludes.txt': lines(excludes),
    'resolve/decorators.txt': lines(inputs.decorators.map((entry) => entry.requirement)),
    ...Object.fromEntries(
      inputs.requirementFiles.map((file) => [`resolve/requirements/${file.path}`, file.text]),
    ),
    ...(inputs.lock === undefined ? {} : { 'resolve/previous.lock': inputs.lock }),
  };
}

function lines(values: readonly string[]): string {
  return values.map((value) => `${value}\n`).join('');
}

function discoverRequest(
  inputs: FlashInputs,
  modules: readonly string[],
  excludes: readonly string[],
): object {
  return {
    project: inputs.name,
    python: inputs.python,
    timeoutSeconds: IMPORT_SECONDS,
    modules: modules.map((file) => ({
      file,
      endpoints: inputs.endpoints
        .filter((endpoint) => endpoint.file === file)
        .map((endpoint) => ({
          name: endpoint.name,
          line: endpoint.line,
          function: endpoint.functions[0]?.name,
        })),
    })),
    requirements: inputs.requirementFiles.filter((file) => file.top).map((file) => file.path),
    excludes,
    environment: inputs.imageVariables,
    sourceDateEpoch: inputs.sourceDateEpoch,
  };
}

function titles(inputs: FlashInputs, lock: string | undefined, modules: number): Record<string, string> {
  const endpoints = built(inputs).length;
  const what = lock === undefined ? 'packages' : count(lockedPackages(lock), 'package');
  return {
    uv: 'fetch uv',
    resolve: `resolve dependencies for Python ${inputs.python} on ${inputs.platform}`,
    install: `install ${what} for Python ${inputs.python}`,
    sdk: "install the Flash worker's own packages",
    discover: `import ${count(modules, 'module')} and read ${count(endpoints, 'endpoint')}`,
    squeeze: 'compress the packages',
    pack: inputs.verify ? 'pack and verify the archive' : 'pack the archive',
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
