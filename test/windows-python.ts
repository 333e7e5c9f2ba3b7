import { execa } from 'execa';
import { fileURLToPath } from 'node:url';
import { readVersions } from '../src/versions.ts';

/** The Windows Pythons that the test bed has. */
export const WINDOWS_PYTHONS = ['3.11', '3.12', '3.13'] as const;

/** A Windows Python of the test bed, fetched the first time: the path of a jar. */
export async function windowsPython(version: string): Promise<string> {
  const script = fileURLToPath(new URL('../images/windows-python/fetch.sh', import.meta.url));
  const { stdout } = await execa(script, [version], { stderr: 'inherit' });
  return stdout;
}

/** The base images of the test bed, by the names that plans use. */
export async function standIns(version: string): Promise<{ base: string; wine: string }> {
  const { python, debian } = await readVersions();
  return { base: python[version]?.standIn ?? '', wine: debian.trixie.standIn };
}
