import { digestOf } from '../../plan/canonical.ts';
import { countPackages } from '../lock/lock-file.ts';
import { planLock, type PlannedLock } from '../lock/plan-lock.ts';
import type { PlacedRequirement } from '../lock/resolve-files.ts';
import { PYINSTALLER_REQUIREMENT } from './constants.ts';
import type { PyinstallerInputs } from './inputs.ts';
import { platformOf, type System } from './system.ts';

/** PyInstaller is resolved together with what the program needs. */
export function planPackages(inputs: PyinstallerInputs, system: System): PlannedLock {
  const { requirements, bases, python } = inputs;
  const platform = platformOf(system, inputs.platform);
  const decorators = [...requirementsOf(inputs), ...ownRequirements(inputs)];
  const libc = system === 'linux' ? { base: bases.base.reference, glibc: bases.glibc } : {};
  return planLock({
    python,
    platform,
    glibc: libc.glibc,
    inputsDigest: digestOf({
      python,
      platform,
      ...libc,
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
    previous: inputs.locks[system],
  });
}

/** What installing them is called. */
export function packagesTitle(lock: PlannedLock, python: string): string {
  const what = lock.given === undefined ? 'packages' : `${countPackages(lock.given)} packages`;
  return `install ${what} for Python ${python}`;
}

export function requirementsOf({ requirements }: PyinstallerInputs): readonly PlacedRequirement[] {
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
