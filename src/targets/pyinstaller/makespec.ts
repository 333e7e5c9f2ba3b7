/** What an option of PyInstaller's takes, where it takes something. */
export type Takes =
  /** `package.module` */
  | 'module'
  /** The name of a distribution: `scikit-learn`. */
  | 'distribution'
  /** `SRC:DEST`: a file, folder or pattern of the project, and a folder of the bundle. */
  | 'pair'
  | 'folder'
  /** Several, with `:` or `;` between. */
  | 'folders'
  | 'file'
  /** A file, `FILE,ID`, or `NONE`. */
  | 'icon'
  /** `FILE[,TYPE[,NAME[,LANGUAGE]]]` */
  | 'resource'
  /** A file, or the XML itself. */
  | 'manifest'
  | 'python-option'
  /** One folder's name, or `.`. */
  | 'folder-name'
  | 'file-name'
  /** A path where the executable runs. */
  | 'text';

/** An option of PyInstaller's that a build takes and hands on. */
export interface MakespecOption {
  readonly name: string;
  /** Its other names, without dashes. */
  readonly aliases?: readonly string[];
  readonly describe: string;
  /** What stands for the value in the help; absent: it is a switch. */
  readonly value?: string;
  readonly takes?: Takes;
  readonly choices?: readonly string[];
  readonly repeatable?: boolean;
  /** The only system whose executables it changes; PyInstaller passes over it on the other. */
  readonly system?: 'linux' | 'windows';
}

const WINDOWS = { system: 'windows' } as const;
const MODULE = { value: 'MODULE', takes: 'module', repeatable: true } as const;
const PAIR = { value: 'SRC:DEST', takes: 'pair', repeatable: true } as const;
const DISTRIBUTION = { value: 'PACKAGE', takes: 'distribution', repeatable: true } as const;

/**
 * PyInstaller's own options, by `__add_options` of its `building/makespec.py` (6.22), less those
 * that are fields of ours (`--name`, `--onefile`, `--onedir`) or refused.
 */
export const MAKESPEC_OPTIONS: readonly MakespecOption[] = [
  { name: 'add-data', ...PAIR, describe: 'Files of the project, and their folder in the bundle' },
  { name: 'add-binary', ...PAIR, describe: 'The same of libraries, whose own needs are collected' },
  {
    name: 'paths',
    aliases: ['p'],
    value: 'DIR',
    takes: 'folders',
    repeatable: true,
    describe: 'Folder of the project that modules are looked for in',
  },
  { name: 'hidden-import', aliases: ['hiddenimport'], ...MODULE, describe: 'Module that no code names' },
  { name: 'collect-submodules', ...MODULE, describe: 'All modules in a package' },
  { name: 'collect-data', aliases: ['collect-datas'], ...MODULE, describe: 'All data files of a package' },
  { name: 'collect-binaries', ...MODULE, describe: 'All libraries of a package' },
  { name: 'collect-all', ...MODULE, describe: 'Modules, data files and libraries of a package' },
  { name: 'copy-metadata', ...DISTRIBUTION, describe: 'What importlib.metadata reads of a package' },
  { name: 'recursive-copy-metadata', ...DISTRIBUTION, describe: 'The same, and of all that it needs' },
  {
    name: 'additional-hooks-dir',
    value: 'DIR',
    takes: 'folder',
    repeatable: true,
    describe: 'Folder of the project with hooks',
  },
  {
    name: 'runtime-hook',
    value: 'FILE',
    takes: 'file',
    repeatable: true,
    describe: "Code that runs before the program's own",
  },
  { name: 'exclude-module', ...MODULE, describe: 'Module to leave out' },
  { name: 'splash', value: 'IMAGE', takes: 'file', describe: 'Picture to show while it starts' },
  {
    name: 'splash-center',
    value: 'SCREEN',
    choices: ['default', 'primary', 'virtual', 'active'],
    describe: 'Where: default, primary, virtual, active',
  },
  {
    name: 'contents-directory',
    value: 'NAME',
    takes: 'folder-name',
    describe: 'Folder beside the executable of --onedir [_internal]',
  },
  {
    name: 'debug',
    aliases: ['d'],
    value: 'WHAT',
    choices: ['all', 'imports', 'bootloader', 'noarchive'],
    repeatable: true,
    describe: 'all, imports, bootloader or noarchive',
  },
  {
    name: 'optimize',
    value: 'LEVEL',
    choices: ['-1', '0', '1', '2'],
    describe: 'Level of the byte code: -1, 0, 1, 2',
  },
  {
    name: 'python-option',
    value: 'OPTION',
    takes: 'python-option',
    repeatable: true,
    describe: 'Option of the interpreter: u, "X utf8=1", "W ignore"',
  },
  { name: 'noupx', describe: 'No UPX; there is none anyway' },
  {
    name: 'upx-exclude',
    value: 'FILE',
    takes: 'file-name',
    repeatable: true,
    describe: 'Never compressed; nothing is',
  },
  {
    name: 'runtime-tmpdir',
    value: 'PATH',
    takes: 'text',
    describe: 'Where --onefile unpacks itself, on the machine that runs it',
  },
  {
    name: 'bootloader-ignore-signals',
    system: 'linux',
    describe: 'Linux: signals reach the program, not its starter',
  },
  { name: 'console', aliases: ['c', 'nowindowed'], ...WINDOWS, describe: 'Windows: with a console [yes]' },
  { name: 'windowed', aliases: ['w', 'noconsole'], ...WINDOWS, describe: 'Windows: without a console' },
  {
    name: 'hide-console',
    ...WINDOWS,
    value: 'WHEN',
    choices: ['hide-early', 'hide-late', 'minimize-early', 'minimize-late'],
    describe: 'Windows: hide-early, hide-late, minimize-early, minimize-late',
  },
  {
    name: 'icon',
    ...WINDOWS,
    aliases: ['i'],
    value: 'FILE',
    takes: 'icon',
    repeatable: true,
    describe: 'Windows: FILE.ico, FILE.exe,ID or NONE',
  },
  { name: 'disable-windowed-traceback', ...WINDOWS, describe: 'Windows: no traceback in a window' },
  {
    name: 'version-file',
    // The name that people remember: of the table that the file holds.
    aliases: ['version-info'],
    value: 'FILE',
    takes: 'file',
    ...WINDOWS,
    describe: 'Windows: version of the executable',
  },
  {
    name: 'manifest',
    aliases: ['m'],
    value: 'FILE',
    takes: 'manifest',
    ...WINDOWS,
    describe: 'Windows: FILE or XML',
  },
  {
    name: 'resource',
    aliases: ['r'],
    value: 'FILE,TYPE,NAME',
    takes: 'resource',
    repeatable: true,
    ...WINDOWS,
    describe: 'Windows: a resource of the executable',
  },
  { name: 'uac-admin', ...WINDOWS, describe: 'Windows: ask for an administrator' },
  { name: 'uac-uiaccess', ...WINDOWS, describe: 'Windows: work with Remote Desktop' },
];
