import type { IgnoreRules } from '../../../project/ignore.ts';

/** Of a Windows Python's folder: what was installed into it later, and what only its developers need. */
export const WINDOWS_PYTHON_IGNORE: IgnoreRules = {
  gitignore: false,
  builtIn: [
    '__pycache__/',
    'site-packages/',
    '/Doc/',
    '/Scripts/',
    '/include/',
    '/Tools/',
    '/Lib/test/',
    '*.pdb',
  ],
};
