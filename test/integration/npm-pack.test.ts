import { execa } from 'execa';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { testEngines } from './engines.ts';
import { copyOfProject } from './example.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('what npm packs works from an empty folder elsewhere', { timeout: 400_000 }, async () => {
  const elsewhere = temporaryFolder();
  const packed = await execa('npm', ['pack', '--json', '--pack-destination', elsewhere], { cwd: ROOT });
  const file = join(elsewhere, packedName(packed.stdout));
  await execa('npm', ['init', '-y'], { cwd: elsewhere });
  await execa('npm', ['i', file], { cwd: elsewhere });
  const bin = join(elsewhere, 'node_modules/.bin');

  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect((await execa(join(bin, 'ovenbird'), ['--version'])).stdout).toBe(version);
  expect((await execa(join(bin, 'flash'), ['build', '--help'])).stdout).toContain('--docker');

  const app = await copyOfProject('flash-example');
  const environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    DOCKER_HOST: testEngines()[0]?.address ?? '',
  };
  const plan = await execa('ovenbird', ['plan', '.'], { cwd: app, env: environment });
  expect(JSON.parse(plan.stdout)).toMatchObject({ target: 'flash', python: '3.12' });
  const program = ['--target', 'pyinstaller', await copyOfProject('pyinstaller-cli')];
  const dockerfile = await execa('ovenbird', ['dockerfile', ...program], { cwd: app, env: environment });
  expect(dockerfile.stdout).toContain(' AS assemble\n');
  const build = await execa('flash', ['build', '--docker', '-o', 'mine.tar.gz'], {
    cwd: app,
    env: environment,
  });
  expect(build.stderr).toContain('mine.tar.gz');
  expect(existsSync(join(app, '.flash/mine.tar.gz'))).toBe(true);
  expect(existsSync(join(app, '.flash/flash_manifest.json'))).toBe(true);
});

test('the package holds what runs and nothing else', { timeout: 60_000 }, async () => {
  const packed = await execa('npm', ['pack', '--dry-run', '--json'], { cwd: ROOT });
  const [{ files = [] } = {}] = jsonOf(packed.stdout) as { files?: { path: string }[] }[];
  const paths = files.map((each) => each.path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'bin/ovenbird.js',
      'dist/index.js',
      'dockerfiles/flash/Dockerfile',
      'dockerfiles/pyinstaller/Dockerfile',
      'dockerfiles/pyinstaller/toolkit.json',
      'dockerfiles/pyinstaller/toolkit/smoke/main.sh',
      'dockerfiles/pyinstaller/toolkit/trace/main.py',
      'dockerfiles/shared/ob_freeze_child.py',
    ]),
  );
  expect(paths.filter((path) => /^(?:test|src|\.)|__pycache__|\.pyc$/.test(path))).toEqual([]);
});

/** npm prints the output of `prepack` before its JSON. */
function jsonOf(stdout: string): unknown {
  return JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
}

function packedName(stdout: string): string {
  const parsed = jsonOf(stdout) as { filename: string }[] | Record<string, { filename: string }>;
  const [first] = Object.values(parsed);
  return first?.filename ?? '';
}
