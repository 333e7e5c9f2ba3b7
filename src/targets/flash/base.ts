import { readVersions } from '../../versions.ts';

/** The image to build in for a Python version, and what may stand in for it. */
export async function defaultBase(python: string): Promise<{ reference: string; standIn?: string }> {
  const entry = (await readVersions()).python[python];
  if (!entry) throw new Error(`images/versions.json has no base for Python ${python}`);
  return { reference: entry.image, standIn: entry.standIn };
}
