import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { problem } from '../../errors.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import { checkEntries } from '../../project/requirement-sources/entries.ts';
import type { ContentWarning, Discovery } from '../target.ts';

/** What the step `discover` tells of dependencies. */
const FoundSchema = z.object({
  endpoints: z.array(
    z.object({
      file: z.string(),
      functions: z.array(z.object({ dependencies: z.array(z.string()).default([]) })),
    }),
  ),
  /** Nothing was packed: the import needs what it found to be missing. */
  again: z.boolean().default(false),
});

const ListsSchema = z.record(z.string(), z.array(z.string()));

/** The plan's own account of what is computed; see `planFlash`. */
const PlannedSchema = z.object({ assumed: ListsSchema, written: ListsSchema });

type Lists = Readonly<Record<string, readonly string[]>>;

/** The import found other computed dependencies than were assumed: it is built once more with them. */
export async function discoverComputed(staging: string, plan: BuildPlan): Promise<Discovery | undefined> {
  const { assumed, actual, again } = await compare(staging, plan);
  if (!again && isDeepStrictEqual(actual, assumed)) return undefined;
  const warnings = Object.entries(actual).flatMap(([file, found]): ContentWarning[] =>
    isDeepStrictEqual(found, assumed[file])
      ? []
      : [
          {
            code: 'FLASH_DEPENDENCIES_COMPUTED',
            message: `dependencies in ${file} are computed: ${found.length === 0 ? 'none any more' : shown(found)}, as importing it tells`,
            hint: 'nothing to do: it is built once more with them, and ovenbird.lock remembers them',
            location: { file },
          },
        ],
  );
  return { facts: { computed: JSON.stringify(actual) }, warnings };
}

/** @throws OvenbirdError when a second import found others again: nobody knows what to install */
export async function checkComputed(staging: string, plan: BuildPlan): Promise<void> {
  const { assumed, actual, again } = await compare(staging, plan);
  if (!again && isDeepStrictEqual(actual, assumed)) return;
  const file = Object.keys(actual).find((each) => !isDeepStrictEqual(actual[each], assumed[each]));
  const lists = [assumed, actual].map((each) => `[${shown(each[file ?? ''] ?? [])}]`);
  throw problem(
    'FLASH_DEPENDENCIES_UNSTABLE',
    `dependencies of ${file ?? 'the project'} differ from import to import: ${lists.join(', then ')}`,
    {
      hint: 'write them as a list of strings, or name the packages in requirements.txt',
      ...(file === undefined ? {} : { location: { file } }),
    },
  );
}

/** What is no requirement may hold a password, or anything: the next plan refuses it at its line. */
function shown(requirements: readonly string[]): string {
  return requirements
    .map((requirement) =>
      checkEntries([{ requirement, file: '', line: 1 }]).length === 0 ? requirement : '…',
    )
    .join(', ');
}

async function compare(
  staging: string,
  plan: BuildPlan,
): Promise<{ readonly assumed: Lists; readonly actual: Lists; readonly again: boolean }> {
  const { assumed, written } = PlannedSchema.parse(plan.facts['computed']);
  // Most projects compute nothing.
  if (Object.keys(assumed).length === 0) return { assumed, actual: assumed, again: false };
  const found = FoundSchema.parse(JSON.parse(await readFile(join(staging, 'found.json'), 'utf8')));
  const actual = Object.fromEntries(
    Object.keys(assumed).map((file) => {
      const all = found.endpoints
        .filter((endpoint) => endpoint.file === file)
        .flatMap(({ functions }) => functions.flatMap(({ dependencies }) => dependencies));
      return [file, [...new Set(all)].filter((each) => !written[file]?.includes(each)).sort()];
    }),
  );
  return { assumed, actual, again: found.again };
}
