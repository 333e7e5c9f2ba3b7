import type { IgnoreRules } from '../../project/ignore.ts';

/**
 * What is no part of a program. `.gitignore` does not count: the usual one names `*.spec`, and
 * models or data that are too big for git are part of executables.
 */
export const PYINSTALLER_IGNORE: IgnoreRules = {
  gitignore: false,
  builtIn: [
    '.git/',
    '.gitignore',
    '.hg/',
    '.staging-*/',
    '__pycache__/',
    '*.pyc',
    '*.pyo',
    '*.egg-info/',
    '.venv/',
    'venv/',
    'env/',
    '.tox/',
    '.nox/',
    '.eggs/',
    '.mypy_cache/',
    '.pytest_cache/',
    '.ruff_cache/',
    '.vscode/',
    '.idea/',
    '.DS_Store',
    'node_modules/',
    '/build/',
    '/dist/',
    '/ovenbird.lock',
    '/ovenbird.windows.lock',
    '/ovenbird.toml',
  ],
};
