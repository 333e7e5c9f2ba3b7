import { canonicalJson } from '../../plan/canonical.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import type { PlannedLock } from '../lock/plan-lock.ts';
import type { Additions } from './additions.ts';
import { requirementsOf } from './plan-packages.ts';
import type { PyinstallerInputs } from './inputs.ts';
import { optionsFor } from './system-options.ts';
import type { System } from './system.ts';

/** What the executables of one system add to a plan. */
export interface SystemPlan extends Pick<BuildPlan, 'stages' | 'files' | 'titles' | 'reasons' | 'rebuilt'> {
  readonly images: NonNullable<BuildPlan['images']>;
  readonly inputs: NonNullable<BuildPlan['inputs']>;
  readonly facts: { readonly additions: Additions; readonly lock: PlannedLock['fact'] };
}

/** The requests of the steps that run, freeze and try the program, in the context's `plan/` root. */
export function programFiles(inputs: PyinstallerInputs, system: System): Record<string, string> {
  const { options, entry } = inputs;
  const aim = { system, entry, sourceRoots: inputs.sourceRoots, project: inputs.metadata ?? null };
  return {
    'trace/request.json': canonicalJson({ ...aim, smoke: options.smoke }),
    'freeze/request.json': canonicalJson({
      ...aim,
      name: entry.kind === 'spec' ? (options.name ?? null) : inputs.name,
      bundle: entry.kind === 'spec' ? null : (options.bundle ?? 'onedir'),
      options: optionsFor(system, options.options),
      additions: inputs.additions[system],
      requirements: requirementsOf(inputs).map(({ requirement }) => requirement),
      glibc: system === 'linux' ? (options.glibc ?? null) : null,
    }),
    ...smokeFiles(inputs, system),
  };
}

/** Read by a shell script: no JSON there. */
function smokeFiles({ options: { smoke } }: PyinstallerInputs, system: System): Record<string, string> {
  return {
    'smoke/arguments': smoke.arguments.map((each) => `${each}\0`).join(''),
    'smoke/settings': [
      `system=${system}`,
      `http=${smoke.http?.path ?? ''}`,
      `timeout=${smoke.timeoutSeconds}`,
      `asked=${smoke.asked ? 'yes' : 'no'}`,
      '',
    ].join('\n'),
  };
}

/** What the steps of a program are called. @param suffix of the stages' names */
export function programTitles(inputs: PyinstallerInputs, system: System): Record<string, string> {
  const { options, name } = inputs;
  const { smoke } = options;
  const isWindows = system === 'windows';
  const [suffix, made, where] = isWindows
    ? ['-windows', `${name}.exe`, 'in a bare Windows']
    : ['', name, 'without Python'];
  return Object.fromEntries(
    Object.entries({
      trace: `run ${name} unfrozen, to see what it loads`,
      analyse: 'analyse what the executable needs',
      assemble: `assemble ${made}`,
      smoke: smoke.http
        ? `start it ${where} and ask for ${smoke.http.path}`
        : `run it ${where}: ${smoke.arguments.join(' ') || 'no arguments'}`,
    }).map(([stage, title]) => [
      stage + suffix,
      options.systems.length > 1 && isWindows ? `${title} (Windows)` : title,
    ]),
  );
}
