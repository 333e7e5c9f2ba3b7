import type { BuildPlan } from '../../plan/schema.ts';

/** What the template leaves open, where a build does not reach it: it is for one system only. */
const UNREACHED: BuildPlan['stages'] = {
  smoke: 'scratch',
  lock: 'lock-given',
  checked: 'smoke-skipped',
  wine: 'scratch',
  windowsimage: 'scratch',
  windowspython: 'windows-python-files',
  windowslock: 'lock-windows-given',
  windowsmade: 'assemble-windows',
  windowschecked: 'smoke-skipped',
};

/** All stage names that the template leaves open; what an image stands for is none. */
export function allStages(
  stages: BuildPlan['stages'],
  images: NonNullable<BuildPlan['images']>,
): BuildPlan['stages'] {
  const all = Object.entries({ ...UNREACHED, ...stages });
  return Object.fromEntries(all.filter(([name]) => !(name in images)));
}
