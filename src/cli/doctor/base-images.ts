import { ensureBase, type ChosenBase } from '../../engine/base.ts';
import type { EngineConnection } from '../../engine/connection.ts';
import { toOvenbirdError } from '../../errors.ts';
import { readVersions, type Versions } from '../../versions.ts';
import { NO_ENGINE, type Check, type Finding } from './check.ts';

export const baseImages: Check = {
  id: 'base-images',
  title: 'Base images',
  run: async ({ engine }) => {
    if ('error' in engine) return NO_ENGINE;
    const { connection } = engine.found;
    const { python } = await readVersions();
    const found = await Promise.all(
      Object.entries(python).map(async ([version, base]) => ({ version, ...(await look(connection, base)) })),
    );
    return summarize(found);
  },
};

interface Look {
  readonly version: string;
  readonly there: boolean;
  readonly says: string;
  readonly remedy: string | undefined;
}

/** The same decision as a build takes, for each Python. */
async function look(
  docker: EngineConnection,
  { image, standIn }: Versions['python'][string],
): Promise<Omit<Look, 'version'>> {
  try {
    const chosen = await ensureBase({
      docker,
      reference: image,
      standIn,
      platform: 'linux/amd64',
      onEvent: () => undefined,
    });
    return { there: true, says: `${chosen.reference} (${whence(chosen, image)})`, remedy: undefined };
  } catch (thrown) {
    const { message, hint } = toOvenbirdError(thrown);
    return { there: false, says: message, remedy: hint };
  }
}

function whence(chosen: ChosenBase, image: string): string {
  if (chosen.reference !== image) return 'made on this machine, in place of the usual one';
  return chosen.id === undefined ? 'will be pulled' : 'here already';
}

function summarize(looks: readonly Look[]): Finding {
  const there = looks.filter((each) => each.there);
  const details = looks.map(({ version, says }) => `Python ${version}: ${says}`);
  const missing = looks.find((each) => !each.there);
  if (missing === undefined) return { status: 'ok', message: 'there is one for every Python', details };
  const remedy = missing.remedy === undefined ? {} : { remedy: missing.remedy };
  if (there.length === 0) return { status: 'fail', message: 'none can be had', details, ...remedy };
  const versions = looks.filter((each) => !each.there).map(({ version }) => version);
  return { status: 'warn', message: `none for Python ${versions.join(', ')}`, details, ...remedy };
}
