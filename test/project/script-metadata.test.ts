import { expect, test } from 'vitest';
import { readScriptMetadata } from '../../src/project/script-metadata.ts';

test.each<[string, string, object | undefined]>([
  ['none', 'import x\n', undefined],
  [
    'a whole one',
    '#!/usr/bin/env python3\n# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "a", "b>=1",\n#   \'c\',\n# ]\n# ///\n',
    {
      line: 2,
      requiresPython: '>=3.11',
      dependencies: [
        { requirement: 'a', line: 5 },
        { requirement: 'b>=1', line: 5 },
        { requirement: 'c', line: 6 },
      ],
    },
  ],
  [
    'with \\r\\n',
    '# /// script\r\n# dependencies = ["a"]\r\n# ///\r\n',
    { line: 1, dependencies: [{ requirement: 'a', line: 2 }] },
  ],
  ['nothing in it', '# /// script\n#\n# ///\n', { line: 1, dependencies: [] }],
  ['of another type', '# /// pyproject\n# dependencies = ["a"]\n# ///\n', undefined],
  ['indented', '  # /// script\n  # dependencies = ["a"]\n  # ///\n', undefined],
  [
    'up to the last # ///',
    '# /// script\n# x = """\n# ///\n# """\n# dependencies = ["a"]\n# ///\n',
    { line: 1, dependencies: [{ requirement: 'a', line: 5 }] },
  ],
  [
    'after one of another type',
    '# /// x\n# y\n# ///\n\n# /// script\n# dependencies = ["a"]\n# ///\n',
    { line: 5, dependencies: [{ requirement: 'a', line: 6 }] },
  ],
  [
    'tool tables',
    '# /// script\n# [tool.uv]\n# dependencies = ["no"]\n# ///\n',
    { line: 1, dependencies: [] },
  ],
  [
    'the same twice',
    '# /// script\n# dependencies = [\n# "a",\n# "a"]\n# ///\n',
    {
      line: 1,
      dependencies: [
        { requirement: 'a', line: 3 },
        { requirement: 'a', line: 4 },
      ],
    },
  ],
])('%s', async (_, source, metadata) => {
  expect(await readScriptMetadata(source, 'm.py')).toEqual({
    problems: [],
    ...(metadata ? { metadata } : {}),
  });
});

test.each<[string, string, number]>([
  ['no end', 'x\n# /// script\n# dependencies = []\nimport x\n# ///\n', 2],
  ['a line without a space', '# /// script\n#dependencies = []\n# ///\n', 1],
  ['two of them', '# /// script\n# a = 1\n# ///\nx\n# /// script\n# a = 1\n# ///\n', 5],
  ['no TOML', '# /// script\n# dependencies = []\n# oops\n# ///\n', 3],
  ['a wrong type', '# /// script\n# dependencies = [1]\n# ///\n', 1],
])('%s is an error at its line', async (_, source, line) => {
  const { metadata, problems } = await readScriptMetadata(source, 'm.py');
  expect(metadata).toBeUndefined();
  expect(problems).toMatchObject([{ code: 'REQUIREMENTS_INVALID', location: { file: 'm.py', line } }]);
});
