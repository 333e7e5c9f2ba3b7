import { describe, expect, it } from 'vitest';
import { comparePaths } from '../../src/project/path-order.ts';
import { clean, compilePatterns } from '../../src/buildkit/fsutil/patterns.ts';
import { type Selection, select } from '../../src/buildkit/fsutil/select.ts';
import { folder, inMemory, link } from './fake-daemon.ts';

/** Whether a path counts as matched, with its parents asked first as in a walk. */
function matches(patterns: readonly string[], path: string): boolean {
  const matcher = compilePatterns(patterns);
  let above;
  const parts = path.split('/');
  for (let count = 1; count <= parts.length; count += 1) {
    above = matcher?.match(parts.slice(0, count).join('/'), above);
  }
  return above?.matched ?? false;
}

describe('patterns', () => {
  // The meanings are those of moby/patternmatcher.
  it.each<[readonly string[], string, boolean]>([
    [['a'], 'a', true],
    [['a'], 'a/b/c', true],
    [['a'], 'ab', false],
    [['a'], 'x/a', false],
    [['./a/'], 'a', true],
    [[' a '], 'a', true],
    [['a/b'], 'a', false],
    [['a/b'], 'a/b/c', true],
    [['*'], 'a/b', true],
    [['*.py'], 'a.py', true],
    [['*.py'], 'x/a.py', false],
    [['*/a.py'], 'x/a.py', true],
    [['**/*.py'], 'a.py', true],
    [['**/*.py'], 'x/y/a.py', true],
    [['**'], 'x/y', true],
    [['a/**'], 'a', false],
    [['a/**'], 'a/b/c', true],
    [['a/**/z'], 'a/z', true],
    [['a/**/z'], 'a/b/c/z', true],
    [['**/z'], 'z', true],
    [['**/z'], 'az', false],
    [['a?c'], 'abc', true],
    [['a?c'], 'a/c', false],
    [['a?c'], 'a🎉c', true],
    [['[a-c]x'], 'bx', true],
    [['[^a-c]x'], 'bx', false],
    [['[^a-c]x'], 'dx', true],
    [['a.b'], 'axb', false],
    [['a(b)+{c}$'], 'a(b)+{c}$', true],
    [['\\*'], '*', true],
    [['\\*'], 'a', false],
    [['\\[a'], '[a', true],
    [['a', '!a/b'], 'a/b', false],
    [['a', '!a/b'], 'a/b/c', false],
    [['a', '!a/b'], 'a/c', true],
    [['!a', 'a'], 'a', true],
    [['*', '!*.py'], 'a.py', false],
    [['**', '!x/**'], 'x/y', false],
    [['a', '!a/b', 'a/b/c'], 'a/b/c', true],
    [['A'], 'a', false],
  ])('%j on %s: %s', (patterns, path, expected) => {
    expect(matches(patterns, path)).toBe(expected);
  });

  it('takes empty lists as no filter and refuses broken patterns', () => {
    expect(compilePatterns([])).toBeUndefined();
    expect(compilePatterns(['', ' '])).toBeUndefined();
    expect(() => compilePatterns(['a[b'])).toThrow('syntax error in pattern');
    expect(() => compilePatterns(['!'])).toThrow('illegal exclusion');
  });

  it('cleans paths as Go does', () => {
    expect(['', '.', './a//b/../c', '../x', '/../x', 'a/..', '/'].map(clean)).toEqual([
      '.',
      '.',
      'a/c',
      '../x',
      '/x',
      '.',
      '/',
    ]);
  });
});

describe('select', () => {
  const entries = [
    folder('plan'),
    inMemory('plan/steps.json', '{}'),
    folder('project'),
    inMemory('project/app.py', ''),
    link('project/current', 'versions/2'),
    inMemory('project/data.bin', ''),
    link('project/loop', 'loop'),
    link('project/out', '../../../plan/steps.json'),
    folder('project/versions'),
    folder('project/versions/1'),
    inMemory('project/versions/1/a.txt', ''),
    folder('project/versions/2'),
    inMemory('project/versions/2/a.txt', ''),
    link('project/versions/2/up', '/project/app.py'),
    folder('toolkit'),
    inMemory('toolkit/run.py', ''),
  ].toSorted((a, b) => comparePaths(a.path, b.path));
  const none: Selection = { include: [], exclude: [], follow: [] };
  const paths = (selection: Partial<Selection>) =>
    select(entries, { ...none, ...selection }).map(({ path }) => path);

  it('sends everything when nothing is asked', () => {
    expect(paths({})).toEqual(entries.map(({ path }) => path));
  });

  it('sends the folders around what is included, parents first', () => {
    expect(paths({ include: ['project/versions/1/a.txt'] })).toEqual([
      'project',
      'project/versions',
      'project/versions/1',
      'project/versions/1/a.txt',
    ]);
    expect(paths({ include: ['**/run.py', 'plan'] })).toEqual([
      'plan',
      'plan/steps.json',
      'toolkit',
      'toolkit/run.py',
    ]);
  });

  it('takes plain paths as the walk over every entry does', () => {
    const names = [...entries.map(({ path }) => path), 'projec', 'project/a', 'project/versions/3', 'zzz'];
    const pairs = names.flatMap((one) => names.map((other) => [one, other]));
    for (const include of [...pairs, names, ['project/', './plan']]) {
      // An exclusion that matches nothing asks for the walk.
      expect(paths({ include }), include.join()).toEqual(paths({ include, exclude: ['nothing/there'] }));
    }
  });

  it('leaves out what is excluded, and takes exceptions back', () => {
    expect(paths({ exclude: ['project', '!project/app.py', 'toolkit/**'] })).toEqual([
      'plan',
      'plan/steps.json',
      'project',
      'project/app.py',
      'toolkit',
    ]);
    expect(paths({ include: ['project'], exclude: ['**/versions', '**/*.bin'] })).toEqual([
      'project',
      'project/app.py',
      'project/current',
      'project/loop',
      'project/out',
    ]);
  });

  it('follows links, also in the middle of a path, by wildcard and absolute', () => {
    expect(paths({ follow: ['project/current/a.txt'] })).toEqual([
      'project',
      'project/current',
      'project/versions',
      'project/versions/2',
      'project/versions/2/a.txt',
    ]);
    expect(paths({ follow: ['project/versions/2/up'] })).toContain('project/app.py');
    expect(paths({ follow: ['project/c*/a.txt'] })).toContain('project/versions/2/a.txt');
  });

  it('ends at links that lead round or out', () => {
    expect(paths({ follow: ['project/loop'] })).toEqual(['project', 'project/loop']);
    expect(paths({ follow: ['project/out'] })).toEqual(['plan', 'plan/steps.json', 'project', 'project/out']);
    expect(paths({ follow: ['project/../../..'] })).toEqual(entries.map(({ path }) => path));
    expect(paths({ follow: ['nothing/there'] })).toEqual([]);
  });
});
