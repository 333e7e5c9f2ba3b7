import type { IgnoreRules } from '../../project/ignore.ts';

/**
 * What `flash build` never ships, besides the project's `.gitignore`: the peer's list, and
 * what it forgot (`node_modules/`, keys and certificates; `.env*` is no target's to ship).
 */
export const FLASH_IGNORE: IgnoreRules = {
  gitignore: true,
  builtIn: [
    '.build/',
    '.flash/',
    '.runpod/',
    '*.tar.gz',
    '.git/',
    '.gitignore',
    '__pycache__/',
    '*.pyc',
    '*.pyo',
    '*.pyd',
    '*.egg-info/',
    'dist/',
    'build/',
    '.venv/',
    'venv/',
    'env/',
    '.vscode/',
    '.idea/',
    'tests/',
    'test_*.py',
    '*_test.py',
    'docs/',
    '*.md',
    '!README.md',
    'node_modules/',
    '/ovenbird.lock',
    '/ovenbird.toml',
  ],
};
