import { compareVersions } from '../../engine/find.ts';
import type { Check } from './check.ts';

/** As in package.json's `engines`. */
const OLDEST = '22.18';

export const node: Check = {
  id: 'node',
  title: 'Node.js',
  run: async () => {
    const { node: version } = process.versions;
    return compareVersions(version, OLDEST) >= 0
      ? { status: 'ok', message: `${version} (${process.execPath})` }
      : { status: 'fail', message: `${version} is older than ${OLDEST}`, remedy: 'nvm install 24' };
  },
};
