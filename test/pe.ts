import { readFile } from 'node:fs/promises';
import { Format, NtExecutable, NtExecutableResource, Resource } from 'resedit';

/** What Windows shows of a program, and does with it before it runs. */
export interface ProgramLooks {
  readonly subsystem: 'console' | 'window';
  /** `requestedExecutionLevel` of its manifest: `asInvoker`, `requireAdministrator`. */
  readonly level: string | undefined;
  /** Its manifest asks to drive other programs' windows. */
  readonly uiAccess: boolean;
  /** Widths of the pictures of its first icon, in pixels; none without an icon. */
  readonly icon: readonly number[];
  /** Strings of its version, of all languages: `{ CompanyName: 'Bäckerei Grüß' }`. */
  readonly version: Readonly<Record<string, string>>;
  /** `1.2.3.4`, as installers compare it; undefined without a version. */
  readonly fileVersion: string | undefined;
}

const MANIFEST = 24;
/** Of the subsystems of Windows, by https://learn.microsoft.com/windows/win32/debug/pe-format */
const SUBSYSTEMS: Readonly<Record<number, ProgramLooks['subsystem']>> = { 2: 'window', 3: 'console' };

/** Reads a program back. @throws Error when it is none of Windows' */
export async function looksOf(path: string): Promise<ProgramLooks> {
  // A signature stands behind all that is read here.
  const program = NtExecutable.from(await readFile(path), { ignoreCert: true });
  const kind = program.newHeader.optionalHeader.subsystem;
  const subsystem = SUBSYSTEMS[kind];
  if (!subsystem) throw new Error(`${path} is of the subsystem ${kind}`);
  const hasResources = program.getSectionByEntry(Format.ImageDirectoryEntry.Resource) !== null;
  const entries = hasResources ? NtExecutableResource.from(program).entries : [];
  const manifest = entries.find(({ type }) => type === MANIFEST);
  const text = manifest ? Buffer.from(manifest.bin).toString('utf8') : '';
  const [icon] = Resource.IconGroupEntry.fromEntries(entries);
  const versions = Resource.VersionInfo.fromEntries(entries);
  return {
    subsystem,
    level: /<requestedExecutionLevel[^>]*\blevel="(\w+)"/.exec(text)?.[1],
    uiAccess: /<requestedExecutionLevel[^>]*\buiAccess="true"/.test(text),
    // 0 stands for 256, which a byte cannot hold.
    icon: icon?.icons.map(({ width }) => width || 256) ?? [],
    version: Object.assign(
      {},
      ...versions.flatMap((each) =>
        each.getAllLanguagesForStringValues().map((language) => each.getStringValues(language)),
      ),
    ) as Record<string, string>,
    fileVersion: versions.map(({ fixedInfo }) => dotted(fixedInfo))[0],
  };
}

function dotted({ fileVersionMS: high, fileVersionLS: low }: Resource.VersionInfo['fixedInfo']): string {
  return [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].join('.');
}
