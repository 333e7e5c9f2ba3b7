import { expect, test } from 'vitest';
import { assumedDependencies, computedRequirements } from '../../../src/targets/flash/computed.ts';
import type { FlashEndpoint } from '../../../src/targets/flash/endpoint-types.ts';

function endpoint(file: string, computedAt?: number): FlashEndpoint {
  return {
    name: file,
    kind: 'queue',
    generation: 'flash',
    file,
    line: 3,
    functions: [],
    dependencies: { items: [], ...(computedAt === undefined ? {} : { computedAt }) },
    systemDependencies: { items: [] },
  };
}

const ENDPOINTS = [endpoint('a.py', 7), endpoint('b.py'), endpoint('c.py', 9)];

function lockWith(line: string): string {
  return `# ovenbird.lock 1\n# python 3.12 linux/amd64 glibc 2.35\n# inputs abc\n${line}\nsix==1 \\\n`;
}

test('a lock remembers what was computed, and only files that compute are asked about', () => {
  const lock = lockWith('# computed {"a.py": ["six"], "b.py": ["rich"]}');
  const assumed = assumedDependencies(ENDPOINTS, { found: undefined, lock });
  expect(assumed).toEqual({ 'a.py': ['six'], 'c.py': [] });
  expect(computedRequirements(ENDPOINTS, assumed)).toEqual([
    { requirement: 'six', file: 'a.py', line: 7, endpoint: 'a.py' },
  ]);
});

test('what the build before found takes the place of what the lock says', () => {
  const lock = lockWith('# computed {"a.py": ["six"]}');
  expect(assumedDependencies(ENDPOINTS, { found: '{"a.py": [], "c.py": ["x"]}', lock })).toEqual({
    'a.py': [],
    'c.py': ['x'],
  });
});

test.each(['', '# computed', '# computed {', '# computed {"a.py": "six"}', '# computed {"a.py": [5]}'])(
  'the line %j is as good as none',
  (line) => {
    const lock = lockWith(line);
    expect(assumedDependencies(ENDPOINTS, { found: undefined, lock })).toEqual({ 'a.py': [], 'c.py': [] });
  },
);
