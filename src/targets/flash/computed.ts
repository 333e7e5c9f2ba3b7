import { z } from 'zod';
import type { FlashEndpoint } from './endpoint-types.ts';
import type { DecoratorRequirement } from './inputs.ts';

/**
 * Dependencies that only importing a module tells, by its file. A build assumes what the last one
 * found, which the lock remembers; the import of each build says whether that is still so.
 */
export type ComputedDependencies = Record<string, string[]>;

const ComputedSchema = z.record(z.string(), z.array(z.string()));

/** Begins the lock's line that remembers them (`ob_lock.computed_line`). */
const REMEMBERED = /^# computed (\{.*\})$/m;

/**
 * What is assumed of the files whose dependencies are computed.
 * @param found by the build before this one, as `discoverComputed` says it
 */
export function assumedDependencies(
  endpoints: readonly FlashEndpoint[],
  { found, lock }: { readonly found: string | undefined; readonly lock: string | undefined },
): ComputedDependencies {
  const files = [...new Set(computedEndpoints(endpoints).map(({ file }) => file))].sort();
  const known = read(found ?? REMEMBERED.exec(lock ?? '')?.[1]);
  return Object.fromEntries(files.map((file) => [file, known[file] ?? []]));
}

/** At the line that computes them. */
export function computedRequirements(
  endpoints: readonly FlashEndpoint[],
  assumed: ComputedDependencies,
): DecoratorRequirement[] {
  const all = computedEndpoints(endpoints);
  return Object.entries(assumed).flatMap(([file, requirements]) => {
    const endpoint = all.find((each) => each.file === file);
    const line = endpoint?.dependencies.computedAt ?? 1;
    return requirements.map((requirement) => ({ requirement, file, line, endpoint: endpoint?.name ?? '' }));
  });
}

/** What an endpoint of a file says in its own code, which the import finds among all the others. */
export function writtenDependencies(
  endpoints: readonly FlashEndpoint[],
  assumed: ComputedDependencies,
): ComputedDependencies {
  return Object.fromEntries(
    Object.keys(assumed).map((file) => [
      file,
      endpoints
        .filter((each) => each.file === file)
        .flatMap(({ dependencies }) => dependencies.items.map(({ requirement }) => requirement)),
    ]),
  );
}

function computedEndpoints(endpoints: readonly FlashEndpoint[]): readonly FlashEndpoint[] {
  return endpoints.filter(
    ({ kind, dependencies }) => kind !== 'client' && dependencies.computedAt !== undefined,
  );
}

/** A line that somebody broke is as good as none: the import finds them again. */
function read(text: string | undefined): ComputedDependencies {
  if (text === undefined) return {};
  try {
    return ComputedSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
