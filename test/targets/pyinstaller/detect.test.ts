import { expect, test } from 'vitest';
import { looksLikePyinstaller } from '../../../src/targets/pyinstaller/detect.ts';
import { project } from './project.ts';

const SPEC = 'a = Analysis(["app.py"])\n';

test.each<Record<string, string>>([
  { 'app.spec': SPEC },
  { 'app.spec': 'from PyInstaller.building.build_main import Analysis\nx = Analysis (\n  [])' },
  { 'requirements.txt': 'numpy\npyinstaller==6.22.3  # for builds\n' },
  { 'requirements-dev.txt': 'PyInstaller>=6' },
  { 'dev-requirements.txt': 'pyinstaller; python_version >= "3.9"' },
  { 'requirements/dev.in': 'pyinstaller' },
  { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["PyInstaller"]' },
  {
    'pyproject.toml': '[project]\nname = "x"\n[project.optional-dependencies]\nbuild = ["pyinstaller~=6.0"]',
  },
  { 'pyproject.toml': '[dependency-groups]\ndev = ["ruff", {include-group = "x"}, "pyinstaller>=6"]' },
  { 'pyproject.toml': '[tool.uv]\ndev-dependencies = ["pyinstaller"]' },
  { 'pyproject.toml': '[tool.pdm.dev-dependencies]\nbuild = ["pyinstaller"]' },
  { 'pyproject.toml': '[tool.poetry.group.dev.dependencies]\npyinstaller = "^6"' },
  { 'pyproject.toml': '[tool.poetry.dev-dependencies]\nPyInstaller = "^6"' },
  { 'pyproject.toml': '[tool.ovenbird]\ntarget = "pyinstaller"' },
  { 'ovenbird.toml': 'target = "pyinstaller"' },
])('%j is one', async (files) => {
  expect(await looksLikePyinstaller(await project({ 'app.py': '', ...files }))).toBe(true);
});

test.each<Record<string, string>>([
  {},
  { 'main.py': 'if __name__ == "__main__":\n    print()\n' },
  { 'pkg.spec': 'Name: pkg\nVersion: 1\n%description\nAnalysis of things\n' },
  { 'old.spec': '# a = Analysis([])\n' },
  { 'specs/app.spec': SPEC },
  { 'requirements.txt': '# pyinstaller\npyinstaller-hooks-contrib\n-r pyinstaller.txt\n' },
  { 'notes.txt': 'pyinstaller' },
  { 'pyproject.toml': '[project]\nname = "pyinstaller-tools"\ndescription = "pyinstaller"' },
  { 'pyproject.toml': '[tool.ovenbird]\ntarget = "flash"\n[tool.pyinstaller]\nx = 1' },
  { 'pyproject.toml': 'pyinstaller = = "not toml"' },
  { 'pyproject.toml': 'dependency-groups = "pyinstaller"' },
])('%j is none', async (files) => {
  expect(await looksLikePyinstaller(await project({ 'app.py': '', ...files }))).toBe(false);
});
