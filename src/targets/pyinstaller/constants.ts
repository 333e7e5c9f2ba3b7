/** Resolved with the program's own requirements; a project may pin another one. */
export const PYINSTALLER_REQUIREMENT = 'pyinstaller>=6.22,<7';

/** PyInstaller works with objdump and objcopy, which slim images lack. */
export const BINUTILS = 'binutils';
