import { canonicalJson, digestOf } from '../../plan/canonical.ts';
import { PLAN_SCHEMA, type BuildPlan } from '../../plan/schema.ts';
import { countPackages } from '../lock/lock-file.ts';
import { planLock, type PlannedLock } from '../lock/plan-lock.ts';
import type { PlacedRequirement } from '../lock/resolve-files.ts';
import { BINUTILS, PYINSTALLER_REQUIREMENT } from './constants.ts';
import type { PyinstallerInputs } from './inputs.ts';
import { WITHOUT_WINDOWS } from './windows-python/plan.ts';

/** Inputs of a program → its plan. Pure: same inputs, same document. */
export function planPyinstaller(inputs: PyinstallerInputs): BuildPlan {
  const { bases, options, entry, verify } = inputs;
  const lock = lockOf(inputs);
  const aim = { entry, sourceRoots: inputs.sourceRoots, project: inputs.metadata ?? null };
  return {
    $schema: PLAN_SCHEMA,
    target: 'pyinstaller',
    name: inputs.name,
    platform: inputs.platform,
    python: inputs.python,
    base: bases.base,
    images: { smoke: bases.smoke },
    template: 'pyinstaller',
    stages: { ...WITHOUT_WINDOWS.stages, lock: lock.stage, checked: verify ? 'smoke' : 'smoke-skipped' },
    result: 'report',
    files: {
      ...lock.files,
      'apt/request.json': canonicalJson({ packages: [...new Set([BINUTILS, ...options.apt])].sort() }),
      'outline/request.json': canonicalJson({ entry }),
      'trace/request.json': canonicalJson({ ...aim, smoke: options.smoke }),
      'freeze/request.json': canonicalJson({
        ...aim,
        name: entry.kind === 'spec' ? (options.name ?? null) : inputs.name,
        bundle: entry.kind === 'spec' ? null : (options.bundle ?? 'onedir'),
        options: options.options,
        additions: inputs.additions,
        requirements: requirementsOf(inputs).map(({ requirement }) => requirement),
        glibc: options.glibc ?? null,
      }),
      ...smokeFiles(inputs),
    },
    rebuilt: ['outline', 'trace', 'analyse', 'assemble', 'smoke'],
    titles: titles(inputs, lock),
    reasons: [inputs.pythonReason, inputs.entryReason, inputs.requirements.reason, bases.reason, lock.reason],
    facts: {
      entry: { ...entry },
      sourceRoots: [...inputs.sourceRoots],
      smoke: { ...options.smoke, arguments: [...options.smoke.arguments] },
      additions: { ...inputs.additions },
      glibc: options.glibc ?? null,
      requirements: inputs.requirements.source,
      lock: lock.fact,
    },
  };
}

/** PyInstaller is resolved together with what the program needs. */
function lockOf(inputs: PyinstallerInputs): PlannedLock {
  const { requirements, bases, python, platform } = inputs;
  const decorators = [...requirementsOf(inputs), ...ownRequirements(inputs)];
  return planLock({
    python,
    platform,
    glibc: bases.glibc,
    inputsDigest: digestOf({
      python,
      platform,
      base: bases.base.reference,
      glibc: bases.glibc,
      decorators: decorators.map(({ requirement }) => requirement),
      files: requirements.files.map(({ path, text }) => [path, text]),
      uvLock: requirements.uvLock ?? null,
    }),
    noDeps: false,
    excludes: [],
    files: requirements.files,
    decorators,
    decoratorWords: 'the program',
    pythonOption: '--python',
    uv: { lock: requirements.uvLock, pyproject: requirements.pyproject },
    previous: inputs.lock,
  });
}

function requirementsOf({ requirements }: PyinstallerInputs): readonly PlacedRequirement[] {
  return requirements.entries;
}

/** PyInstaller, unless the project pins it itself. */
function ownRequirements({ requirements }: PyinstallerInputs): readonly PlacedRequirement[] {
  const { entries, files, uvLock } = requirements;
  const named = [
    ...entries.map(({ requirement }) => requirement),
    ...files.flatMap(({ text }) => text.split(/\r?\n/)),
    ...(uvLock === undefined
      ? []
      : [...uvLock.matchAll(/^name = "([^"]+)"$/gm)].map((match) => match[1] ?? '')),
  ];
  if (named.some((text) => /^\s*pyinstaller\s*(?:$|[<>=!~;[@ ])/i.test(text))) return [];
  return [{ requirement: PYINSTALLER_REQUIREMENT, file: 'pyinstaller', line: 1 }];
}

/** Read by a shell script: no JSON there. */
function smokeFiles({ options: { smoke } }: PyinstallerInputs): Record<string, string> {
  return {
    'smoke/arguments': smoke.arguments.map((each) => `${each}\0`).join(''),
    'smoke/settings': [
      `http=${smoke.http?.path ?? ''}`,
      `timeout=${smoke.timeoutSeconds}`,
      `asked=${smoke.asked ? 'yes' : 'no'}`,
      'system=linux',
      '',
    ].join('\n'),
  };
}

function titles(inputs: PyinstallerInputs, lock: PlannedLock): Record<string, string> {
  const { python, platform, options, name } = inputs;
  const what = lock.given === undefined ? 'packages' : `${countPackages(lock.given)} packages`;
  const { smoke } = options;
  return {
    uv: 'fetch uv',
    resolve: `resolve dependencies for Python ${python} on ${platform}`,
    install: `install ${what} for Python ${python}`,
    apt: `install ${[BINUTILS, ...options.apt].join(', ')} from Debian`,
    bytecode: 'compile the standard library',
    outline: 'outline the project',
    trace: `run ${name} unfrozen, to see what it loads`,
    analyse: 'analyse what the executable needs',
    assemble: `assemble ${name}`,
    smoke: smoke.http
      ? `start it without Python and ask for ${smoke.http.path}`
      : `run it without Python: ${smoke.arguments.join(' ') || 'no arguments'}`,
    report: 'report',
    dist: 'copy the executable',
  };
}
