import { toOvenbirdError } from '../../errors.ts';
import { readCaBundle } from '../../project/ca.ts';
import { count } from '../../report/units.ts';
import type { Check } from './check.ts';

export const certificates: Check = {
  id: 'ca',
  title: 'CA bundle',
  run: async ({ caFile, context }) => {
    try {
      const bundle = await readCaBundle({ flag: caFile, environment: context.env });
      if (bundle === undefined) return { status: 'ok', message: "none named: the image's own is used" };
      return {
        status: 'ok',
        message: `${bundle.path}, named by ${bundle.from}, ${count(bundle.certificates, 'certificate')}`,
      };
    } catch (thrown) {
      const { message, hint } = toOvenbirdError(thrown);
      return { status: 'fail', message, ...(hint === undefined ? {} : { remedy: hint }) };
    }
  },
};
