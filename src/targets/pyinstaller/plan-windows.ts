import type { PyinstallerInputs } from './inputs.ts';
import { packagesTitle, planPackages } from './plan-packages.ts';
import { planSigning } from './signing.ts';
import { programFiles, programTitles, type SystemPlan } from './plan-system.ts';

/** Executables for Windows: built and tried under wine. */
export function planWindows(inputs: PyinstallerInputs): SystemPlan {
  const { windows, python, verify } = inputs;
  if (!windows) throw new Error('a build for Windows without a Windows Python');
  const lock = planPackages(inputs, 'windows');
  const files = { ...lock.files, ...programFiles(inputs, 'windows') };
  const signing = planSigning(inputs.options);
  return {
    images: windows.images,
    inputs: windows.inputs,
    stages: {
      ...windows.stages,
      windowslock: lock.given === undefined ? 'lock-windows-resolved' : 'lock-windows-given',
      windowschecked: verify ? 'smoke-windows' : 'smoke-skipped',
      ...signing.stages,
    },
    files: {
      ...windows.files,
      ...signing.files,
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`windows/${path}`, text])),
    },
    titles: {
      'resolve-windows': `resolve dependencies for Python ${python} on Windows`,
      'install-windows': `${packagesTitle(lock, python)} on Windows`,
      'wine-made': 'make a system for Windows programs: Debian with wine',
      'windows-runtime': "fetch Microsoft's C run-time",
      'windows-python': `lay out the Windows Python ${python}`,
      ...programTitles(inputs, 'windows'),
      ...signing.titles,
    },
    rebuilt: ['trace-windows', 'analyse-windows', 'assemble-windows', 'smoke-windows'],
    reasons: [lock.reason],
    facts: { additions: inputs.additions.windows, lock: lock.fact },
  };
}
