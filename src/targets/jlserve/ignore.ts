import type { IgnoreRules } from '../../project/ignore.ts';
import { CACHE_MARKER } from './constants.ts';

/** What never goes into an image: version control, environments, byte code, our own lock. */
export const JLSERVE_IGNORE: IgnoreRules = {
  gitignore: true,
  builtIn: [
    '.git/',
    '.gitignore',
    '.jlserve/',
    '.staging-*/',
    '__pycache__/',
    '*.pyc',
    '*.pyo',
    '*.egg-info/',
    '.venv/',
    'venv/',
    '.tox/',
    '.mypy_cache/',
    '.pytest_cache/',
    '.ruff_cache/',
    '.vscode/',
    '.idea/',
    '.DS_Store',
    'node_modules/',
    '/ovenbird.lock',
    '/ovenbird.toml',
    `/${CACHE_MARKER}`,
  ],
  results: { [CACHE_MARKER]: 'the weights of an earlier build' },
};
