import { canonicalJson } from '../../plan/canonical.ts';
import { PLAN_SCHEMA } from '../../plan/form.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import { countPackages } from '../lock/lock-file.ts';
import { planLock } from '../lock/plan-lock.ts';
import { writtenDependencies, type ComputedDependencies } from './computed.ts';
import { BUNDLED_SDKS, IMPORT_SECONDS, WORKER_EXCLUDES } from './constants.ts';
import type { FlashInputs } from './inputs.ts';
import { lockInputsDigest } from './lock.ts';

/** Inputs of a Flash project → its plan. Pure: same inputs, same document. */
export function planFlash(inputs: FlashInputs): BuildPlan {
  const { requirements } = inputs;
  const written = writtenDependencies(inputs.endpoints, inputs.computed);
  const { include, exclude } = inputs.options;
  const builtIn = WORKER_EXCLUDES.filter((name) => !include.includes(name));
  const excludes = [...new Set([...builtIn, ...BUNDLED_SDKS, ...exclude])].sort();
  const lock = planLock({
    ...machine(inputs),
    inputsDigest: lockInputsDigest(inputs, excludes),
    noDeps: inputs.options.noDeps,
    excludes,
    files: requirements.files,
    decorators: [...requirements.entries, ...inputs.groups, ...inputs.decorators],
    decoratorWords: 'dependencies= of an endpoint',
    pythonOption: '--python-version',
    uv: {
      lock: requirements.uvLock,
      pyproject: requirements.pyproject,
      groups: inputs.options.group,
    },
    previous: inputs.lock,
    computed: inputs.computed,
  });
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
    stages: { lock: lock.stage },
    files: {
      ...lock.files,
      'sdk/request.json': canonicalJson(machine(inputs)),
      'discover/request.json': canonicalJson(discoverRequest(inputs, { modules, excludes, written })),
      'pack/request.json': canonicalJson({
        verify: inputs.verify,
        excludes,
        unasked: inputs.unasked,
        includeEnv: inputs.options.includeEnv,
        modules,
        sourceDateEpoch: inputs.sourceDateEpoch,
      }),
    },
    result: 'result',
    rebuilt: ['discover', 'pack'],
    titles: titles(inputs, lock.given, modules.length),
    reasons: [inputs.pythonReason, requirements.reason, lock.reason],
    facts: {
      endpoints: inputs.endpoints.map((endpoint) => ({
        name: endpoint.name ?? null,
        kind: endpoint.kind,
        file: endpoint.file,
        line: endpoint.line,
        functions: endpoint.functions.map((each) => each.name),
      })),
      excludes,
      computed: { assumed: inputs.computed, written },
      lock: lock.fact,
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

function discoverRequest(
  inputs: FlashInputs,
  {
    modules,
    excludes,
    written,
  }: {
    readonly modules: readonly string[];
    readonly excludes: readonly string[];
    readonly written: ComputedDependencies;
  },
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
    excludes,
    named: requirementsPlace(inputs),
    computed: Object.fromEntries(
      Object.entries(inputs.computed).map(([file, assumed]) => [
        file,
        [...assumed, ...(written[file] ?? [])],
      ]),
    ),
    environment: inputs.imageVariables,
    sourceDateEpoch: inputs.sourceDateEpoch,
  };
}

/** Where a package is added that was not named. */
function requirementsPlace({ requirements: { source } }: FlashInputs): string {
  return source === 'uv.lock' ? 'pyproject.toml (uv add)' : source === 'none' ? 'requirements.txt' : source;
}

function titles(inputs: FlashInputs, lock: string | undefined, modules: number): Record<string, string> {
  const endpoints = built(inputs).length;
  const what = lock === undefined ? 'packages' : count(countPackages(lock), 'package');
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
