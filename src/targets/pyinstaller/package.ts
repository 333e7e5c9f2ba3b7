import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Destination } from '../../artifact/place.ts';
import type { OvenbirdError } from '../../errors.ts';
import { LOCK_FILE } from '../lock/lock-file.ts';
import type { DestinationRequest, Packaged, Received, TreeOutput, WritesRequest } from '../target.ts';
import { readFacts } from './facts.ts';
import { foundByTrace } from './found.ts';
import { judge } from './judge.ts';
import { outputFolder } from './output-folder.ts';
import { readReport, readSmoke, type FreezeReport } from './report.ts';
import { doubts, smokeFailure } from './smoke-words.ts';

/** `dist/linux/`, or in the folder that `-o` names. */
export function pyinstallerDestination({ root, output }: DestinationRequest): Destination {
  return { folder: outputFolder({ root, output }) };
}

/** Executables are no sources of the next one. */
export async function pyinstallerWrites({ root, output }: WritesRequest): Promise<readonly string[]> {
  return [outputFolder({ root, output })];
}

/** What was received → the executables to fetch, or what is wrong with them. */
export async function packagePyinstaller(received: Received): Promise<Packaged> {
  const { plan, root, staging, folder = '' } = received;
  const [report, results] = await Promise.all([readReport(staging), readSmoke(staging)]);
  const { smoke, lock, sourceRoots } = readFacts(plan);
  const failed = results.find((result) => judge(smoke, result) === 'failed');
  const tree = treeOf(report, folder, failed !== undefined);
  const failure: OvenbirdError | undefined =
    failed && smokeFailure({ smoke, result: failed, tree, root, sourceRoots });
  const first = results[0];
  return {
    tree,
    ...(failure ? { failure } : {}),
    others:
      lock === 'resolve' && !failure ? [{ from: join(staging, LOCK_FILE), to: join(root, LOCK_FILE) }] : [],
    contents: {
      files: report.userFiles,
      packages: report.packages,
      excluded: [],
      endpoints: [],
      notes: [...foundByTrace(report), ...notesOf(report)],
      warnings: [
        ...results.flatMap((result) => doubts(smoke, result)),
        ...report.warnings.map(({ code, message, hint, location }) => ({
          code,
          message,
          ...(hint ? { hint } : {}),
          ...(location
            ? { location: { file: location.file, ...(location.line ? { line: location.line } : {}) } }
            : {}),
        })),
      ],
      executable: {
        os: 'linux',
        ...(report.glibc ? { glibc: report.glibc.version } : {}),
        ...(first && !failure
          ? {
              smoke: {
                command: smoke.http ? `GET ${smoke.http.path}` : smoke.arguments.join(' ') || 'no arguments',
                milliseconds: first.milliseconds,
              },
            }
          : {}),
      },
    },
  };
}

/** What failed is kept beside the place of what may work. */
const ASIDE = '.failed';

function treeOf(report: FreezeReport, folder: string, aside: boolean): TreeOutput {
  const names = [...new Set(report.files.map(({ path }) => path.split('/', 1)[0] ?? path))];
  const places = names.map((name) => ({ name, to: join(folder, aside ? name + ASIDE : name) }));
  const [only, more] = places;
  const isFile = report.files.length === 1 && report.files[0]?.path === only?.name;
  return {
    stage: 'dist',
    files: report.files,
    places,
    path: only && !more ? only.to : folder,
    isFolder: !(only && !more && isFile),
    obsolete: aside ? [] : names.map((name) => join(folder, name + ASIDE)).filter((path) => existsSync(path)),
  };
}

function notesOf({ glibc }: FreezeReport): string[] {
  return glibc ? [`glibc ${glibc.version} is needed by ${glibc.file}`] : [];
}
