import type { ContentWarning } from '../target.ts';
import type { JlserveReport } from './report.ts';

const WHOLE = {
  file: 'the whole file and the modules it imports',
  project: 'the whole project',
} as const;

/** Said whenever the download sees more than the part that was cut out for it. */
export function weightsWhole(mode: keyof typeof WHOLE, why: readonly string[]): ContentWarning {
  const because = why.length === 0 ? 'the part that was cut out did not do' : why.join('; ');
  return {
    code: 'JLSERVE_WEIGHTS_WHOLE',
    message: `the weights depend on ${WHOLE[mode]}: ${because}`,
    hint: 'every change there downloads them again',
  };
}

/**
 * What was seen before the download ran: that its code cannot be followed.
 * @param planned how much the plan wanted the download to see; when that was found out by a
 *   download that looked for more, it has been said already
 */
export function widerThanPlanned(
  { mode, why }: JlserveReport['slice'],
  planned: unknown,
): readonly ContentWarning[] {
  return mode === 'slice' || mode === planned ? [] : [weightsWhole(mode, why)];
}
