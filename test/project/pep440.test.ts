import { expect, test } from 'vitest';
import { areDisjoint } from '../../src/project/pep440.ts';

test.each<[string, string, boolean]>([
  ['', '', false],
  ['==1', '', false],
  ['==1.0', '==1', false],
  ['==1.0', '==1.0.1', true],
  ['===1', '==2', true],
  ['==v1', '==1', false],
  ['==1.26', '>=1.26', false],
  ['==1.26', '>1.26', true],
  ['==1.26', '<1.26', true],
  ['==1.26', '<=1.26.0', false],
  ['==1.26', '!=1.26', true],
  ['==1.26', '!=1.26.*', true],
  ['==1.26.4', '==1.26.*', false],
  ['==1.27', '==1.26.*', true],
  ['==1.4.5', '~=1.4.2', false],
  ['==1.5', '~=1.4.2', true],
  ['==1.5', '~=1.4', false],
  ['==1.4.1', '~=1.4.2', true],
  ['==1.5', '>=1,!=1.5,<2', true],
  ['<2', '>=2', true],
  ['<2', '>=1.9', false],
  ['<=2', '>=2', false],
  ['<=2', '>2', true],
  ['>=2,<3', '>=3,<4', true],
  ['>=2,<3', '~=2.5', false],
  ['~=1.4', '>=2', true],
  ['~=1.4.2', '>=1.5', true],
  ['==1.*', '>=2', true],
  ['==1.*', '<1', true],
  ['==1.*', '<=1', false],
  ['>=1.10', '<1.9', true],
  ['!=1', '!=2', false],
  // Left to the resolver.
  ['==1.0rc1', '==1.0', false],
  ['==2.1+cpu', '==2.1', false],
  ['==1!2', '==2', false],
  ['>=2', '<2.0rc1', false],
  ['nonsense', '==1', false],
])('%s and %s', (a, b, expected) => {
  expect(areDisjoint(a, b)).toBe(expected);
  expect(areDisjoint(b, a)).toBe(expected);
});
