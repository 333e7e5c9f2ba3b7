import type { BuildPlan } from '../../plan/schema.ts';
import type { ContentWarning, Discovery } from '../target.ts';
import { holds, linesFor, withRemedies, type Remedy } from './additions.ts';
import { readFacts } from './facts.ts';
import { judge, wordsOf } from './judge.ts';
import { missingIn } from './missing.ts';
import { readReport, readSmoke } from './report.ts';

/** The build, and at most three more. */
export const MOST_PLANS = 4;

/**
 * What an executable that failed says that it lacks. Nothing where it lacks nothing, or says it
 * of something that it was given already.
 */
export async function discoverMissing(staging: string, plan: BuildPlan): Promise<Discovery | undefined> {
  const [report, results] = await Promise.all([readReport(staging), readSmoke(staging)]);
  const { smoke, additions } = readFacts(plan);
  const own = new Set(report.own);
  const failed = results.filter((result) => judge(smoke, result) === 'failed');
  const remedies = failed
    .flatMap((result) => missingIn(wordsOf(result), own))
    .filter((remedy) => !holds(additions, remedy));
  if (remedies.length === 0) return undefined;
  return {
    facts: { additions: JSON.stringify(withRemedies(additions, remedies)) },
    warnings: remedies.map(missing),
  };
}

const KINDS: Readonly<Record<Remedy['kind'], string>> = {
  hiddenImports: 'the module',
  collectSubmodules: 'modules of',
  collectData: 'data files of',
  copyMetadata: 'the metadata of',
  data: 'the file',
  libraries: 'the library',
};

function missing(remedy: Remedy): ContentWarning {
  const { spec, option } = linesFor(remedy);
  return {
    code: 'PYINSTALLER_MISSING',
    message: `the executable lacks ${KINDS[remedy.kind]} ${remedy.name}: building again with it`,
    hint: `to have it at once: ${option} (in a spec: ${spec})`,
  };
}
