import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { compiledPackage, copyOfPackage, ROOT, runProgram } from './run-cli.ts';

const PROGRAMS = ['ovenbird', 'flash', 'jlserve', 'fazt'];

let ours: string;
beforeAll(async () => {
  ours = await compiledPackage();
}, 120_000);

const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

test('the compiled shim runs', async () => {
  const { status, stdout } = await runProgram(join(ours, 'bin/ovenbird.js'), ['--version']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: version });
  const help = await runProgram(join(ours, 'bin/flash.js'), ['build', '--help']);
  expect(help.stdout).toContain('--docker');
});

test('the shims differ in their name only, and no old Node chokes on them', () => {
  const read = (name: string) => readFileSync(join(ROOT, 'bin', `${name}.js`), 'utf8');
  for (const name of PROGRAMS) {
    expect(read(name)).toBe(read('flash').replaceAll('flash', name));
    expect(read(name)).not.toMatch(/\?\.|\?\?|^\s*(?:import\s|export|const|let)\b|=>|`/m);
  }
});

test('an old Node is told what to do', async () => {
  const folder = temporaryFolder();
  await writeFiles(folder, {
    'old.mjs':
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.1' } });",
  });
  const { status, stderr } = await runProgram(process.execPath, [
    '--import',
    join(folder, 'old.mjs'),
    join(ours, 'bin/flash.js'),
    'build',
  ]);
  expect(stderr).toContain('flash needs Node.js 22.18 or newer');
  expect(stderr).toContain('nvm install');
  expect(status).toBe(1);
});

test('a checkout that is not compiled says so', async () => {
  const folder = temporaryFolder();
  copyOfPackage(ours, folder);
  rmSync(join(folder, 'dist'), { recursive: true });
  const { status, stderr } = await runProgram(join(folder, 'bin/ovenbird.js'), ['--version']);
  expect(stderr).toContain('npm run build');
  expect(status).toBe(1);
});

describe('start-up', () => {
  test('help loads nothing heavy', async () => {
    const folder = temporaryFolder();
    await writeFiles(folder, {
      'spy.mjs': `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { if (url.includes('node_modules')) console.error(url); return next(url, context); } });`,
    });
    const { stderr } = await runProgram(process.execPath, [
      '--import',
      join(folder, 'spy.mjs'),
      join(ours, 'bin/ovenbird.js'),
      '--help',
    ]);
    expect(stderr).toBe('');
  });
});

test('output cut short by head is no failure', async () => {
  const { stdout, stderr } = await runProgram('/bin/bash', [
    '-c',
    `set -o pipefail; ${join(ours, 'bin/ovenbird.js')} doctor --json --engine unix:///nonexistent | true; echo "$?"`,
  ]);
  expect(stdout).toBe('1');
  expect(stderr).toBe('');
});
