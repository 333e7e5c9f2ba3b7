/** What executables are made for. */
export const SYSTEMS = ['linux', 'windows'] as const;

export type System = (typeof SYSTEMS)[number];

/** As people call them. */
export const SYSTEM_NAMES: Readonly<Record<System, string>> = { linux: 'Linux', windows: 'Windows' };

/** What the program's packages are for. */
export function platformOf(system: System, platform: string): string {
  return system === 'windows' ? 'windows/amd64' : platform;
}

/** The end of the names of the stages whose files are received. */
export function together(systems: readonly System[]): string {
  return systems.length > 1 ? 'both' : (systems[0] ?? '');
}

/** The stage of all executables of these systems, each system's in a folder of its name. */
export function distOf(systems: readonly System[]): string {
  return `dist-${together(systems)}`;
}
