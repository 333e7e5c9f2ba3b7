import { expect, test } from 'vitest';
import { parseRequirement } from '../../src/project/pep508.ts';

test.each<[string, object | undefined]>([
  ['torch', { name: 'torch', specifier: '' }],
  [' Scikit_Learn ', { name: 'scikit-learn', specifier: '' }],
  ['a.b--c >= 1, <2', { name: 'a-b-c', specifier: '>=1,<2' }],
  ['a[b,c-d] (==1.*,)', { name: 'a', specifier: '==1.*' }],
  ['a[]', { name: 'a', specifier: '' }],
  [
    'a @ https://x/y.whl ; os_name == "a;b"',
    { name: 'a', specifier: '', url: 'https://x/y.whl', marker: 'os_name == "a;b"' },
  ],
  ["a; extra == 'x'", { name: 'a', specifier: '', marker: "extra == 'x'" }],
  ['a @ git+https://x/y@v1', { name: 'a', specifier: '', url: 'git+https://x/y@v1' }],
  ['', undefined],
  ['-e .', undefined],
  ['.', undefined],
  ['a b', undefined],
  ['a>=', undefined],
  ['a>=1 --pre', undefined],
  ['a>=1\n', undefined],
  ['a[b', undefined],
  ['a @ ./x', undefined],
  ['a @ https://x --pre', undefined],
  ['a ;', undefined],
  ['a ; x # y', undefined],
  ['a,b', undefined],
  ['a[' + 'b'.repeat(50_000), undefined],
  ['a ;' + "'".repeat(50_001), undefined],
  ['a'.repeat(50_000) + '!', undefined],
])('%.60s', (text, expected) => {
  expect(parseRequirement(text)).toEqual(expected);
});
