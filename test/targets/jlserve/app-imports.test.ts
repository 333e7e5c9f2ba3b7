import { expect, test } from 'vitest';
import { app, read } from './read.ts';

/** Problems with `!` in front and warnings, as `file:line module`. */
async function missing(files: Record<string, string>, requirements: readonly string[] = []) {
  const list = requirements.map((each) => JSON.stringify(each)).join(', ');
  const source = files['app.py'] ?? '';
  const { problems, warnings } = await read({
    ...files,
    'app.py': `${source}${app(`@jlserve.app(requirements=[${list}])`)}`,
  });
  return [
    ...problems.map((each) => `!${each.location?.file}:${each.location?.line} ${each.message}`),
    ...warnings.map((each) => `${each.location?.file}:${each.location?.line} ${each.message}`),
  ].map((each) => each.replace(/nothing provides (\S+), .*/, '$1'));
}

test.each<[string, string[], string[]]>([
  ['import torch\n', [], ['!app.py:1 torch']],
  ['import torch\n', ['numpy'], ['app.py:1 torch']],
  ['import torch\n', ['torch>=2'], []],
  ['import torch.nn as nn, numpy\n', [], ['!app.py:1 torch', '!app.py:1 numpy']],
  ['from torch.nn import Module\nimport torch\n', [], ['!app.py:1 torch']],
  ['import os, json, tomllib, distutils, _thread, __future__, annotationlib\n', [], []],
  ['import fastapi, pydantic_core, starlette.responses, uvicorn, typer, typing_extensions\n', [], []],
  ['from __future__ import annotations\n', [], []],
  ['def f():\n    import torch\n', [], ['app.py:2 torch']],
  ['class A:\n    import torch\n', [], ['app.py:2 torch']],
  ['if x:\n    import torch\n', [], ['app.py:2 torch']],
  ['if TYPE_CHECKING:\n    import torch\n', [], []],
  ['if typing.TYPE_CHECKING:\n    import torch\nelse:\n    import jax\n', [], ['app.py:4 jax']],
  ['if __name__ == "__main__":\n    import torch\n', [], []],
  ['try:\n    import torch\nexcept ImportError:\n    import jax\n', [], ['app.py:4 jax']],
  ['try:\n    import torch\nfinally:\n    pass\n', [], ['!app.py:2 torch']],
  ['with suppress(ImportError):\n    import torch\n', [], ['app.py:2 torch']],
  ['"""\nimport torch\n"""\n# import jax\n', [], []],
  ['import PIL, cv2, sklearn, yaml\n', ['Pillow', 'opencv-python', 'scikit_learn', 'PyYAML'], []],
  [
    'import PIL, cv2, sklearn, yaml\n',
    ['opencv-python-headless'],
    ['app.py:1 PIL', 'app.py:1 sklearn', 'app.py:1 yaml'],
  ],
  [
    'import onnxruntime, google.cloud.storage, box\n',
    ['onnxruntime-gpu', 'google-cloud-storage', 'python-box'],
    [],
  ],
  ['import numpy, tokenizers, huggingface_hub\n', ['transformers'], []],
  ['import anything\n', ['git+https://github.com/a/b'], []],
  ['import x\n', ['x @ https://host/x.whl'], []],
  ['import ünïcode\n', [], ['!app.py:1 ünïcode']],
  ['import constructor, hasOwnProperty\n', ['numpy'], ['app.py:1 constructor', 'app.py:1 hasOwnProperty']],
])('%j with %j', async (source, requirements, expected) => {
  expect(await missing({ 'app.py': source }, requirements)).toEqual(expected);
});

test.each<[string, Record<string, string>, string[]]>([
  ['a module', { 'app.py': 'import helpers\n', 'helpers.py': '\nimport torch\n' }, ['!helpers.py:2 torch']],
  [
    'in a function',
    { 'app.py': 'def f():\n    import helpers\n', 'helpers.py': 'import torch\n' },
    ['helpers.py:1 torch'],
  ],
  [
    'a package',
    { 'app.py': 'import pkg.sub\n', 'pkg/__init__.py': 'import a\n', 'pkg/sub.py': 'import b\n' },
    ['!pkg/__init__.py:1 a', '!pkg/sub.py:1 b'],
  ],
  [
    'from a package',
    {
      'app.py': 'from pkg import sub, value\n',
      'pkg/__init__.py': 'value = 1\n',
      'pkg/sub.py': 'import b\n',
    },
    ['!pkg/sub.py:1 b'],
  ],
  [
    'a folder without __init__',
    { 'app.py': 'from deep.er import x\n', 'deep/er/x.py': 'import b\n' },
    ['!deep/er/x.py:1 b'],
  ],
  [
    'relative',
    {
      'app.py': 'import pkg\n',
      'pkg/__init__.py': 'from . import a\nfrom .b import c\n',
      'pkg/a.py': 'import x\n',
      'pkg/b/__init__.py': 'from ..d import *\n',
      'pkg/d.py': 'import y\n',
    },
    ['!pkg/a.py:1 x', '!pkg/d.py:1 y'],
  ],
  [
    'in a circle',
    { 'app.py': 'import a\n', 'a.py': 'import b\n', 'b.py': 'import a, app\nimport torch\n' },
    ['!b.py:2 torch'],
  ],
  ['an extension', { 'app.py': 'import fast\n', 'fast.so': '' }, []],
  [
    'a folder of data is no module',
    { 'app.py': 'import weights\n', 'weights/x.bin': '' },
    ['!app.py:1 weights'],
  ],
  ['one that nobody imports', { 'other.py': 'import torch\n' }, []],
  [
    'a broken one',
    { 'app.py': 'import helpers\n', 'helpers.py': 'def f(:\n' },
    ['!helpers.py:1 Invalid Python syntax'],
  ],
  [
    'a broken one that may not be imported',
    { 'app.py': 'try:\n    import helpers\nexcept Exception: pass\n', 'helpers.py': 'def f(:\n' },
    [],
  ],
  ['out of the project', { 'app.py': 'import pkg\n', 'pkg/__init__.py': 'from ....x import y\n' }, []],
])('modules of the project: %s', async (_, files, expected) => {
  const found = await missing(files);
  expect(found.map((each) => each.replace(/(?<=^\S+ Invalid Python syntax).*/, ''))).toEqual(expected);
});

test('a module that the ignore rules leave out is said to be', async () => {
  const { problems } = await read({
    'app.py': `import secret_config\n${app()}`,
    'secret_config.py': '',
    '.gitignore': 'secret_*\n',
  });
  expect(problems).toMatchObject([
    {
      code: 'JLSERVE_IMPORT_FAILED',
      message:
        'app.py:1 imports secret_config, which the ignore rules leave out of the build (secret_config.py)',
      location: { file: 'app.py', line: 1 },
    },
  ]);
});

test('a base image of the user may hold packages', async () => {
  const files = { 'app.py': `import torch\n${app()}` };
  const { problems, warnings } = await read(files, { baseMayProvide: true });
  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([
    { code: 'JLSERVE_IMPORT_UNPROVIDED', location: { file: 'app.py', line: 1 } },
  ]);
});

test('uv.lock tells all that is installed', async () => {
  const lock = '[[package]]\nname = "pandas"\nversion = "2"\n[[package]]\nname = "numpy"\nversion = "1"\n';
  const { warnings } = await read({
    'app.py': `import pandas, numpy, torch\n${app()}`,
    'pyproject.toml': '[project]\nname = "x"\ndependencies = ["pandas"]\n',
    'uv.lock': lock,
  });
  expect(warnings.map((each) => `${each.message} / ${each.hint}`)).toEqual([
    'nothing provides torch, which app.py:1 imports: no requirement goes by that name / add it: uv add torch',
  ]);
});

test.each<[string, Record<string, string>, string]>([
  ['none', {}, 'name its package: @jlserve.app(requirements=["opencv-python-headless"])'],
  [
    'requirements.txt',
    { 'requirements.txt': 'torch\n' },
    'unless another package brings it, add it: echo opencv-python-headless >> requirements.txt',
  ],
  [
    'pyproject.toml',
    { 'pyproject.toml': '[project]\nname="x"\ndependencies=["torch"]\n' },
    'unless another package brings it, add "opencv-python-headless" to [project] dependencies in pyproject.toml',
  ],
])('what to add is said: %s', async (_, files, hint) => {
  const { problems, warnings } = await read({ 'app.py': `import cv2\n${app()}`, ...files });
  expect([...problems, ...warnings].map((each) => each.hint)).toEqual([hint]);
});
