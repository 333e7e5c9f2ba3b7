import { join } from 'node:path';
import type { Placement } from '../../artifact/place.ts';
import type { OvenbirdError } from '../../errors.ts';
import { lockFileOf } from '../lock/lock-file.ts';
import type { ContentWarning, ExecutableSummary, PackagedContents, Received } from '../target.ts';
import { systemsOf, type Facts } from './facts.ts';
import { foundByTrace } from './found.ts';
import { judge } from './judge.ts';
import { readReport, readSmoke, readTraceWords, type FreezeReport, type SmokeResult } from './report.ts';
import { toldOfSigning } from './signing.ts';
import { doubts, smokeFailure } from './smoke-words.ts';
import type { Smoke } from './smoke.ts';
import { platformOf, type System } from './system.ts';
import { treeOf, type SystemTree } from './tree-output.ts';

/** The executables of one system, and what is said of them. */
export interface PackagedSystem {
  readonly system: System;
  readonly tree: SystemTree;
  readonly failure: OvenbirdError | undefined;
  /** The lock that the build made. */
  readonly lock: Placement | undefined;
  /** The user's files in it. */
  readonly files: number;
  readonly packages: PackagedContents['packages'];
  readonly notes: readonly string[];
  readonly warnings: readonly ContentWarning[];
  readonly executable: ExecutableSummary;
}

export async function packageSystem(
  { plan, root, staging, folder = '' }: Received,
  facts: Facts,
  system: System,
): Promise<PackagedSystem> {
  const { smoke, systems, sourceRoots } = facts;
  const received = join(staging, system);
  const [report, results, unfrozen] = await Promise.all([
    readReport(received),
    readSmoke(received),
    readTraceWords(received),
  ]);
  const failed = results.find((result) => judge(smoke, result) === 'failed');
  const own = systemsOf(facts).length > 1 ? join(folder, system) : folder;
  const tree = treeOf(report, { system, folder: own, aside: failed !== undefined });
  const failure =
    failed && smokeFailure({ smoke, result: failed, unfrozen, path: tree.path, root, sourceRoots });
  const signing = system === 'windows' ? toldOfSigning(report.signed) : undefined;
  const name = lockFileOf(platformOf(system, plan.platform));
  const isNewLock = systems[system]?.lock === 'resolve' && !failure;
  return {
    system,
    tree,
    failure,
    lock: isNewLock ? { from: join(received, 'ovenbird.lock'), to: join(root, name) } : undefined,
    files: report.userFiles,
    packages: report.packages,
    notes: [...foundByTrace(report), ...notesOf(report), ...(signing ? [signing.note] : [])],
    warnings: [
      ...results.flatMap((result) => doubts(smoke, result)),
      ...warningsOf(report),
      ...(signing?.warnings ?? []),
    ],
    executable: {
      os: system,
      ...(report.glibc ? { glibc: report.glibc.version } : {}),
      ...trial(smoke, failure ? undefined : results[0]),
    },
  };
}

function trial(smoke: Smoke, result: SmokeResult | undefined): Pick<ExecutableSummary, 'smoke'> {
  if (!result) return {};
  const command = smoke.http ? `GET ${smoke.http.path}` : smoke.arguments.join(' ') || 'no arguments';
  return { smoke: { command, milliseconds: result.milliseconds } };
}

function notesOf({ glibc }: FreezeReport): string[] {
  return glibc ? [`glibc ${glibc.version} is needed by ${glibc.file}`] : [];
}

/** The report's fields are null where there is nothing to say. */
function warningsOf({ warnings }: FreezeReport): ContentWarning[] {
  return warnings.map(({ code, message, hint, location }) => ({
    code,
    message,
    ...(hint ? { hint } : {}),
    ...(location
      ? { location: { file: location.file, ...(location.line ? { line: location.line } : {}) } }
      : {}),
  }));
}
