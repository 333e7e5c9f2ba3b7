import { expect, test } from 'vitest';
import { readRequirements } from '../../src/project/requirements.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

async function read(files: Record<string, string>) {
  const root = temporaryFolder();
  await writeFiles(root, files);
  return readRequirements(root, 'requirements.txt');
}

test('a project without requirements has none', async () => {
  expect(await read({})).toEqual({ files: [], problems: [] });
});

test('the text is handed on byte for byte', async () => {
  const text = '\uFEFFnumpy>=2 \\\n  ; python_version > "3.9"  # why\r\n';
  expect((await read({ 'requirements.txt': text })).files).toEqual([
    { path: 'requirements.txt', text, top: true },
  ]);
});

test('files that it names come along, relative to the file that names them', async () => {
  const { files, problems } = await read({
    'requirements.txt':
      '-r requirements/base.txt\n--constraint=pins.txt\n-cmore.txt # x\n-r requirements.txt\n',
    'requirements/base.txt': '  --requirement   extra.txt\nidna\n',
    'requirements/extra.txt': 'six\n',
    'pins.txt': 'six==1.16.0\n',
    'more.txt': '',
  });
  expect(problems).toEqual([]);
  expect(files.map(({ path, top }) => [path, top])).toEqual([
    ['requirements.txt', true],
    ['requirements/base.txt', false],
    ['pins.txt', false],
    ['more.txt', false],
    ['requirements/extra.txt', false],
  ]);
});

test('every mistake is named with its line', async () => {
  const { problems } = await read({
    'requirements.txt': [
      'six',
      '-r missing.txt',
      '-r ../outside.txt',
      '-r /etc/passwd',
      '--extra-index-url https://me:secret@index.example/simple',
    ].join('\n'),
  });
  expect(problems.map((each) => [each.code, each.location?.line])).toEqual([
    ['REQUIREMENTS_INVALID', 3],
    ['REQUIREMENTS_INVALID', 4],
    ['REQUIREMENTS_INVALID', 5],
    ['REQUIREMENTS_INVALID', 2],
  ]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});

test('a requirement that only looks like an option is left to uv', async () => {
  const { files, problems } = await read({
    'requirements.txt': '-e .\n-i https://index.example\nrequests\n# -r no.txt\n',
  });
  expect(problems).toEqual([]);
  expect(files).toHaveLength(1);
});
