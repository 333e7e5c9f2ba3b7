import { ensureBase, type ChosenBase } from '../../engine/base.ts';
import type { EngineConnection } from '../../engine/connection.ts';
import { toOvenbirdError } from '../../errors.ts';
import { readVersions, type VersionedImage, type Versions } from '../../versions.ts';
import { NO_ENGINE, type Check, type Finding } from './check.ts';

export const baseImages: Check = {
  id: 'base-images',
  title: 'Base images',
  run: async ({ engine }) => {
    if ('error' in engine) return NO_ENGINE;
    const { connection } = engine.found;
    const kinds = kindsOf(await readVersions());
    return summarize(
      await Promise.all(kinds.map(async (kind) => ({ ...kind, ...(await look(connection, kind)) }))),
    );
  },
};

interface Kind extends VersionedImage {
  readonly title: string;
  /** Whether builds start from it when nothing else is asked for. */
  readonly usual: boolean;
  /** See `BaseQuestion`. */
  readonly fixed: boolean;
}

function kindsOf({ python, debian }: Versions): Kind[] {
  const pythons = Object.entries(python);
  return [
    ...pythons.map(([version, base]) => ({ ...base, title: `Python ${version}`, usual: true, fixed: false })),
    ...pythons.map(([version, { bullseye }]) => ({
      ...bullseye,
      title: `Python ${version} on bullseye`,
      usual: false,
      fixed: false,
    })),
    ...Object.entries(debian).map(([suite, image]) => ({
      ...image,
      title: `Debian ${suite}`,
      usual: false,
      fixed: true,
    })),
  ];
}

interface Look {
  readonly there: boolean;
  readonly says: string;
  readonly remedy: string | undefined;
}

/** The same decision as a build takes, for each image. */
async function look(docker: EngineConnection, { image, standIn, fixed }: Kind): Promise<Look> {
  try {
    const chosen = await ensureBase({
      docker,
      reference: image,
      standIn,
      fixed,
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

/** Without any of the usual ones hardly anything can be built. */
function summarize(looks: readonly (Kind & Look)[]): Finding {
  const details = looks.map(({ title, says }) => `${title}: ${says}`);
  const missing = looks.filter(({ there }) => !there);
  const [first] = missing;
  if (first === undefined)
    return { status: 'ok', message: 'there is one for every Python and Debian', details };
  const remedy = first.remedy === undefined ? {} : { remedy: first.remedy };
  if (!looks.some(({ usual, there }) => usual && there)) {
    return { status: 'fail', message: 'none that builds start from can be had', details, ...remedy };
  }
  return {
    status: 'warn',
    message: `none for ${missing.map(({ title }) => title).join(', ')}`,
    details,
    ...remedy,
  };
}
