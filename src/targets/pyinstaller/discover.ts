import { join } from 'node:path';
import type { BuildPlan } from '../../plan/schema.ts';
import type { ContentWarning, Discovery } from '../target.ts';
import { holds, linesFor, NOTHING, withRemedies, type Additions, type Remedy } from './additions.ts';
import { readFacts, systemsOf, type Facts } from './facts.ts';
import { judge, wordsOf } from './judge.ts';
import { missingIn } from './missing.ts';
import { readReport, readSmoke } from './report.ts';
import { SYSTEM_NAMES, type System } from './system.ts';

/** The build, and at most three more. */
export const MOST_PLANS = 4;

/**
 * What an executable that failed says that it lacks. Nothing where it lacks nothing, or says it
 * of something that it was given already.
 */
export async function discoverMissing(staging: string, plan: BuildPlan): Promise<Discovery | undefined> {
  const facts = readFacts(plan);
  const found = await Promise.all(systemsOf(facts).map((system) => missingFor(staging, facts, system)));
  const rounds = found.filter(({ remedies }) => remedies.length > 0);
  if (rounds.length === 0) return undefined;
  return {
    facts: Object.fromEntries(
      found.map(({ system, additions, remedies }) => [
        system,
        JSON.stringify(withRemedies(additions, remedies)),
      ]),
    ),
    warnings: rounds.flatMap(({ system, remedies }) =>
      remedies.map((remedy) => missing(remedy, found.length > 1 ? ` for ${SYSTEM_NAMES[system]}` : '')),
    ),
  };
}

interface Round {
  readonly system: System;
  /** Of earlier rounds. */
  readonly additions: Additions;
  readonly remedies: readonly Remedy[];
}

async function missingFor(staging: string, { smoke, systems }: Facts, system: System): Promise<Round> {
  const folder = join(staging, system);
  const [report, results] = await Promise.all([readReport(folder), readSmoke(folder)]);
  const additions = systems[system]?.additions ?? NOTHING;
  const own = new Set(report.own);
  const failed = results.filter((result) => judge(smoke, result) === 'failed');
  const remedies = failed
    .flatMap((result) => missingIn(wordsOf(result), own))
    .filter((remedy) => !holds(additions, remedy));
  return { system, additions, remedies };
}

const KINDS: Readonly<Record<Remedy['kind'], string>> = {
  hiddenImports: 'the module',
  collectSubmodules: 'modules of',
  collectData: 'data files of',
  copyMetadata: 'the metadata of',
  data: 'the file',
  libraries: 'the library',
};

/** @param of which executable, where there are several */
function missing(remedy: Remedy, of: string): ContentWarning {
  const { spec, option } = linesFor(remedy);
  return {
    code: 'PYINSTALLER_MISSING',
    message: `the executable${of} lacks ${KINDS[remedy.kind]} ${remedy.name}: building again with it`,
    hint: `to have it at once: ${option} (in a spec: ${spec})`,
  };
}
