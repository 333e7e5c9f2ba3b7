import { expect, test } from 'vitest';
import { readProjectTable } from '../../../src/project/project-table.ts';
import { projectMetadata } from '../../../src/targets/pyinstaller/project-metadata.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

async function metadataOf(files: Readonly<Record<string, string>>) {
  const root = temporaryFolder();
  await writeFiles(root, files);
  const { found } = await readProjectTable(root);
  return projectMetadata({ root, table: found, sourceRoots: ['src', '.'] });
}

test('name, version, commands and groups', async () => {
  const { metadata, warnings } = await metadataOf({
    'pyproject.toml': `[project]
name = "my-app"
version = "1.2"
dependencies = ["numpy"]
[project.scripts]
my-app = "my_app.cli:main"
[project.entry-points."my.plugins"]
one = "my_app.one"
`,
  });
  expect(warnings).toEqual([]);
  expect(metadata).toEqual({
    name: 'my-app',
    version: '1.2',
    scripts: { 'my-app': 'my_app.cli:main' },
    entryPoints: { 'my.plugins': { one: 'my_app.one' } },
    dependencies: ['numpy'],
  });
});

test.each([
  ['__init__.py', '__version__ = "3.1.4"'],
  ['_version.py', "__version__: str = '3.1.4'"],
  ['__about__.py', 'version = "3.1.4"'],
])('a dynamic version is read from the package: %s', async (file, line) => {
  const { metadata } = await metadataOf({
    'pyproject.toml': '[project]\nname = "my-app"\ndynamic = ["version"]\n',
    [`src/my_app/${file}`]: `"""Doc."""\n${line}\n`,
  });
  expect(metadata?.version).toBe('3.1.4');
});

test('one that only the backend knows is a warning', async () => {
  const { metadata, warnings } = await metadataOf({
    'pyproject.toml': '[project]\nname = "my-app"\ndynamic = ["version"]\n',
  });
  expect(metadata?.version).toBe('0');
  expect(warnings).toMatchObject([{ code: 'PYINSTALLER_VERSION_UNKNOWN' }]);
});

test('a project without a name has none', async () => {
  expect(await metadataOf({ 'pyproject.toml': '[tool.x]\n' })).toEqual({ warnings: [] });
});
