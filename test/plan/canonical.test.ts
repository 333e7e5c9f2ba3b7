import { expect, test } from 'vitest';
import { canonicalJson, digestOf } from '../../src/plan/canonical.ts';

test('the order of keys does not matter, the order of items does', () => {
  expect(canonicalJson({ b: [2, 1], a: { d: 1, c: undefined } })).toBe(
    canonicalJson({ a: { d: 1 }, b: [2, 1] }),
  );
  expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
  expect(digestOf('x')).toMatch(/^sha256:[0-9a-f]{64}$/);
});
