import type { OvenbirdError } from '../../errors.ts';
import { canonicalJson, digestOf } from '../../plan/canonical.ts';
import { PLAN_SCHEMA } from '../../plan/form.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import type { Discovery } from '../target.ts';
import { countPackages } from '../lock/lock-file.ts';
import { planLock } from '../lock/plan-lock.ts';
import type { PlacedRequirement } from '../lock/resolve-files.ts';
import { CHECK_SECONDS, IMPORT_SECONDS, JLSERVE_REQUIREMENT, PORT } from './constants.ts';
import type { JlserveInputs } from './inputs.ts';

/** Inputs of a jlserve app → its plan. Pure: same inputs, same document. */
export function planJlserve(inputs: JlserveInputs): BuildPlan {
  const { app, options } = inputs;
  const decorators = requirementsOf(inputs);
  const inputsDigest = digestOf({
    python: inputs.python,
    platform: inputs.platform,
    base: inputs.base.reference,
    decorators: decorators.map(({ requirement }) => requirement),
    files: app.requirements.files.map(({ path, text }) => [path, text]),
    uvLock: app.requirements.uvLock ?? null,
  });
  const lock = planLock({
    python: inputs.python,
    platform: inputs.platform,
    // Wheels may be as new as the image that they will run in.
    glibc: 'base',
    inputsDigest,
    noDeps: false,
    excludes: [],
    files: app.requirements.files,
    decorators,
    decoratorWords: 'the app',
    pythonOption: '--python',
    uv: { lock: app.requirements.uvLock, pyproject: app.requirements.pyproject },
    previous: inputs.lock,
  });
  return {
    $schema: PLAN_SCHEMA,
    target: 'jlserve',
    name: app.name ?? app.className,
    platform: inputs.platform,
    python: inputs.python,
    base: inputs.base,
    template: 'jlserve',
    stages: {
      lock: lock.stage,
      runtime: options.apt.length === 0 ? 'runtime-plain' : 'runtime-apt',
    },
    result: 'report',
    image: {
      stage: 'image',
      tags: options.tags.length === 0 ? [`${imageName(app.name ?? app.className)}:latest`] : options.tags,
      checks: checks(inputs),
      push: options.push,
    },
    files: {
      ...lock.files,
      ...(options.apt.length === 0
        ? {}
        : { 'apt/request.json': canonicalJson({ packages: [...new Set(options.apt)].sort() }) }),
      'slice/request.json': canonicalJson({
        file: app.file,
        class: app.className,
        mode: inputs.weightsMode,
        outlined: isOutlined(inputs),
        secrets: [...inputs.secretNames].sort(),
      }),
      'app/request.json': canonicalJson({
        file: app.file,
        class: app.className,
        classLine: app.classLine,
        name: app.name ?? null,
        endpoints: app.endpoints.map(({ method, path, line }) => ({ method, path: path ?? null, line })),
        port: PORT,
        apt: [...new Set(options.apt)].sort(),
        python: inputs.python,
        platform: inputs.platform,
        requirementsSource: app.requirements.source,
        timeoutSeconds: IMPORT_SECONDS,
      }),
    },
    outlines: {
      folder: 'app',
      files: isOutlined(inputs) ? { [app.file]: app.outline.map((edit) => ({ ...edit })) } : {},
    },
    ...(options.refreshWeights ? { fresh: ['weights'] } : {}),
    rebuilt: ['app'],
    titles: titles(inputs, lock.given),
    reasons: [inputs.pythonReason, app.requirements.reason, lock.reason],
    facts: {
      app: { file: app.file, class: app.className, line: app.classLine },
      endpoints: app.endpoints.map(({ method, path, line }) => ({ method, path: path ?? null, line })),
      requirements: app.requirements.source,
      weights: inputs.weightsMode,
      gpu: options.gpu,
      lock: lock.fact,
    },
  };
}

/** What the app itself does, and what the finished image says, are told by the file itself. */
export function reconsiderOutline(
  { problems }: OvenbirdError,
  { outlines }: BuildPlan,
): Discovery['facts'] | undefined {
  if (Object.keys(outlines?.files ?? {}).length === 0) return undefined;
  return problems.some(({ code }) => OF_THE_APP.has(code)) ? { outline: 'none' } : undefined;
}

const OF_THE_APP: ReadonlySet<string> = new Set([
  'JLSERVE_IMPORT_FAILED',
  'JLSERVE_INIT_FAILED',
  'JLSERVE_IMAGE_UNHEALTHY',
]);

function isOutlined({ outlined, app }: JlserveInputs): boolean {
  return outlined && app.outline.length > 0;
}

/** What the app names, and jlserve itself: the server is part of the image. */
function requirementsOf({ app }: JlserveInputs): readonly PlacedRequirement[] {
  const { entries, files, uvLock } = app.requirements;
  const named = [
    ...entries.map(({ requirement }) => requirement),
    ...files.flatMap(({ text }) => text.split(/\r?\n/)),
    ...(uvLock === undefined
      ? []
      : [...uvLock.matchAll(/^name = "([^"]+)"$/gm)].map((match) => match[1] ?? '')),
  ];
  if (named.some((text) => /^\s*jlserve\s*(?:$|[<>=!~;[@ ])/i.test(text))) return entries;
  return [...entries, { requirement: JLSERVE_REQUIREMENT, file: app.file, line: app.classLine }];
}

/** `setup()` runs only when it was asked for; the server is asked in any case. */
function checks({ options, verify }: JlserveInputs): NonNullable<BuildPlan['image']>['checks'] {
  if (!verify && !options.validate) return [];
  const check = ['python3', '/opt/ovenbird/check.py'];
  return [
    {
      title: options.validate
        ? 'start the image without network, run setup() and ask for /openapi.json'
        : 'start the image without network and ask for /openapi.json',
      command: options.validate ? [...check, '--validate'] : check,
      says: 'the image answers',
      tmpfs: ['/tmp'],
      timeoutSeconds: options.validate ? CHECK_SECONDS.setup : CHECK_SECONDS.start,
    },
  ];
}

/** A name that every registry takes: lower case, words joined by `-`. */
export function imageName(name: string): string {
  const plain = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100)
    .replaceAll(/-+$/g, '');
  return plain === '' ? 'app' : plain;
}

function titles(inputs: JlserveInputs, lock: string | undefined): Record<string, string> {
  const { app, python, platform, options } = inputs;
  const what = lock === undefined ? 'packages' : `${countPackages(lock)} packages`;
  return {
    uv: 'fetch uv',
    resolve: `resolve dependencies for Python ${python} on ${platform}`,
    install: `Installing requirements: ${what} for Python ${python}`,
    ...(options.apt.length === 0 ? {} : { apt: `install ${options.apt.join(', ')} from Debian` }),
    bytecode: 'compile the standard library',
    'native-libraries': 'look for missing native libraries',
    slice: `find what the weights of ${app.file} depend on`,
    'weights-deps': 'install what the weights code imports',
    weights: 'Downloading weights...',
    app: `Loading app: ${app.name ?? app.className}`,
    image: 'put the image together',
    cache: 'copy the weights',
  };
}
