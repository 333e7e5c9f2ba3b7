/** An option of PyInstaller's that means nothing here, or nothing good. */
export interface RefusedOption {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What stands for the value; absent: it is a switch. */
  readonly value?: string;
  /** The rest of a sentence that begins with the option. */
  readonly why: string;
  /** What to type instead. @param value as it was given */
  readonly instead: (value: string) => string;
}

const withoutIt =
  (name: string): RefusedOption['instead'] =>
  () =>
    `leave --${name} out`;

const MAC = 'is of macOS, which nothing is built for';

export const REFUSED_OPTIONS: readonly RefusedOption[] = [
  {
    name: 'distpath',
    value: 'DIR',
    why: 'is --output here; executables for Linux lie in its folder linux, for Windows in windows',
    instead: (value) => `-o ${shown(value)}`,
  },
  {
    name: 'workpath',
    value: 'DIR',
    why: 'has nothing to name: PyInstaller works in the build, and what it keeps is cached there',
    instead: withoutIt('workpath'),
  },
  {
    name: 'specpath',
    value: 'DIR',
    why: 'has nothing to name: no spec is written to the project',
    instead: () => 'leave --specpath out; to build a spec of your own: --entry app.spec',
  },
  {
    name: 'upx-dir',
    value: 'DIR',
    why: 'has no use: UPX breaks libraries, and is not there',
    instead: withoutIt('upx-dir'),
  },
  {
    name: 'strip',
    aliases: ['s'],
    why: 'breaks the libraries of wheels that auditwheel renamed: they load no more',
    instead: withoutIt('strip'),
  },
  {
    name: 'target-architecture',
    aliases: ['target-arch'],
    value: 'ARCH',
    why: MAC,
    instead: () => 'leave it out; for another machine: --platform linux/arm64',
  },
  { name: 'codesign-identity', value: 'IDENTITY', why: MAC, instead: withoutIt('codesign-identity') },
  { name: 'osx-entitlements-file', value: 'FILE', why: MAC, instead: withoutIt('osx-entitlements-file') },
  { name: 'osx-bundle-identifier', value: 'NAME', why: MAC, instead: withoutIt('osx-bundle-identifier') },
  { name: 'argv-emulation', why: MAC, instead: withoutIt('argv-emulation') },
  {
    name: 'key',
    value: 'KEY',
    why: 'is no longer an option of PyInstaller: it never kept byte code secret',
    instead: withoutIt('key'),
  },
  { name: 'no-embed-manifest', why: gone(), instead: withoutIt('no-embed-manifest') },
  { name: 'win-private-assemblies', why: gone(), instead: withoutIt('win-private-assemblies') },
  { name: 'win-no-prefer-redirects', why: gone(), instead: withoutIt('win-no-prefer-redirects') },
];

/** Taken and without effect: builds do so anyway. */
export const IDLE_OPTIONS: readonly Omit<RefusedOption, 'why' | 'instead'>[] = [
  { name: 'noconfirm', aliases: ['y'] },
  { name: 'clean' },
  { name: 'log-level', value: 'LEVEL' },
];

function gone(): string {
  return 'is no longer an option of PyInstaller';
}

/** As a shell takes it. */
function shown(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : 'DIR';
}
