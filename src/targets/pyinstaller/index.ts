import type { Target } from '../target.ts';
import { looksLikePyinstaller } from './detect.ts';
import { discoverMissing, MOST_PLANS } from './discover.ts';
import { PYINSTALLER_IGNORE } from './ignore.ts';
import { locateEntry } from './locate.ts';
import { packagePyinstaller, pyinstallerDestination, pyinstallerWrites } from './package.ts';
import { planPyinstaller } from './plan.ts';
import { readPyinstallerInputs } from './read.ts';
import { signFiles, signSecrets } from './sign-secrets.ts';

/** Python programs: executables in `dist/linux/` and `dist/windows/`. */
export const pyinstaller: Target = {
  name: 'pyinstaller',
  ignore: PYINSTALLER_IGNORE,
  locate: locateEntry,
  detect: looksLikePyinstaller,
  plan: async (request) => {
    const { inputs, trees } = await readPyinstallerInputs(request);
    return { plan: planPyinstaller(inputs), inputs: trees };
  },
  writes: pyinstallerWrites,
  secrets: signSecrets,
  secretFiles: signFiles,
  destination: pyinstallerDestination,
  discover: discoverMissing,
  mostPlans: MOST_PLANS,
  package: packagePyinstaller,
};
