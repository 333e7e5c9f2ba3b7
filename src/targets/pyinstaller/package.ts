import { OvenbirdError } from '../../errors.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import type { Destination } from '../../artifact/place.ts';
import type { DestinationRequest, Packaged, Received, WritesRequest } from '../target.ts';
import { readFacts, systemsOf } from './facts.ts';
import { outputFolder } from './output-folder.ts';
import { packageSystem } from './package-system.ts';
import { distOf, SYSTEMS } from './system.ts';
import { toldOnce } from './told-once.ts';
import { treeOfAll } from './tree-output.ts';

/** `dist/linux`; of several systems the folder above theirs. */
export function pyinstallerDestination(
  request: DestinationRequest & { readonly plan: BuildPlan },
): Destination {
  const [system, more] = systemsOf(readFacts(request.plan));
  return { folder: outputFolder(request, more ? undefined : system) };
}

/** Executables are no sources of the next one. */
export async function pyinstallerWrites(request: WritesRequest): Promise<readonly string[]> {
  return SYSTEMS.map((system) => outputFolder(request, system));
}

/** What was received → the executables to fetch, or what is wrong with them. */
export async function packagePyinstaller(received: Received): Promise<Packaged> {
  const facts = readFacts(received.plan);
  const systems = systemsOf(facts);
  const made = await Promise.all(systems.map((system) => packageSystem(received, facts, system)));
  const [failed, ...others] = made.flatMap(({ failure }) => failure?.problems ?? []);
  const notes = toldOnce(
    made.map((each) => ({ ...each, items: each.notes.map((message) => ({ message })) })),
  );
  return {
    tree: treeOfAll(
      made.map(({ tree }) => tree),
      { stage: distOf(systems), folder: received.folder ?? '' },
    ),
    ...(failed ? { failure: new OvenbirdError([failed, ...others]) } : {}),
    others: made.flatMap(({ lock }) => lock ?? []),
    contents: {
      files: Math.max(...made.map(({ files }) => files)),
      packages: biggestOf(made.flatMap(({ packages }) => packages)),
      excluded: [],
      endpoints: [],
      notes: notes.map(({ message }) => message),
      warnings: toldOnce(made.map((each) => ({ ...each, items: each.warnings }))),
      executables: made.map(({ executable }) => executable),
    },
  };
}

type Packages = Packaged['contents']['packages'];

/** What several systems have of a package is of several sizes: the biggest is told. */
function biggestOf(packages: Packages): Packages {
  const found = new Map<string, Packages[number]>();
  for (const each of packages) {
    const key = `${each.name} ${each.version}`;
    if (each.bytes >= (found.get(key)?.bytes ?? 0)) found.set(key, each);
  }
  return [...found.values()].toSorted((a, b) => b.bytes - a.bytes);
}
