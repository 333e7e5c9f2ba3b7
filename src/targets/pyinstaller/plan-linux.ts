import { canonicalJson } from '../../plan/canonical.ts';
import { BINUTILS } from './constants.ts';
import type { PyinstallerInputs } from './inputs.ts';
import { packagesTitle, planPackages } from './plan-packages.ts';
import { programFiles, programTitles, type SystemPlan } from './plan-system.ts';

/** Executables for Linux: built and tried in Debian. */
export function planLinux(inputs: PyinstallerInputs): SystemPlan {
  const { bases, options, python, platform, verify } = inputs;
  const lock = planPackages(inputs, 'linux');
  const apt = [...new Set([BINUTILS, ...options.apt])];
  return {
    images: { smoke: bases.smoke },
    inputs: {},
    stages: { lock: lock.stage, checked: verify ? 'smoke' : 'smoke-skipped' },
    files: {
      ...lock.files,
      'apt/request.json': canonicalJson({ packages: apt.toSorted() }),
      ...programFiles(inputs, 'linux'),
    },
    titles: {
      resolve: `resolve dependencies for Python ${python} on ${platform}`,
      install: packagesTitle(lock, python),
      apt: `install ${apt.join(', ')} from Debian`,
      bytecode: 'compile the standard library',
      ...programTitles(inputs, 'linux'),
    },
    rebuilt: ['trace', 'analyse', 'assemble', 'smoke'],
    reasons: [bases.reason, lock.reason],
    facts: { additions: inputs.additions.linux, lock: lock.fact },
  };
}
