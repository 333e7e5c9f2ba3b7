import { execa } from 'execa';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const OVENBIRD = fileURLToPath(new URL('../../src/cli/ovenbird.ts', import.meta.url));
const OLD = Buffer.from('H4sIAAAAAAAAAwMAAAAAAAAAAAA=', 'base64');

/** A project whose import becomes a process that anybody on the machine can see. */
function sleepyModule(seconds: number): string {
  return [
    'import os',
    'from runpod_flash import Endpoint',
    '@Endpoint(name="sleepy", cpu="cpu3c-1-2")',
    'def f(x=1):',
    '    return x',
    `os.execvp("sleep", ["sleep", "${seconds}"])`,
  ].join('\n');
}

function isSleeping(seconds: number): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${seconds}\0`;
      } catch {
        return false; // it ended while we looked
      }
    });
}

async function until(condition: () => boolean, milliseconds: number): Promise<number> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > milliseconds) throw new Error(`not true after ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - start;
}

async function sleepyProject(seconds: number): Promise<string> {
  const folder = temporaryFolder();
  await writeFiles(folder, { 'main.py': sleepyModule(seconds) });
  await mkdir(join(folder, '.flash'));
  writeFileSync(join(folder, '.flash/artifact.tar.gz'), OLD);
  return folder;
}

interface Run {
  readonly folder: string;
  readonly address: string;
  readonly options?: readonly string[];
  /** Where the run's temporary files would be. */
  readonly temporary: string;
}

function build({ folder, address, options = [], temporary }: Run) {
  return execa(
    process.execPath,
    [OVENBIRD, 'build', '.', '--engine', address, '--progress', 'plain', ...options],
    { cwd: folder, reject: false, env: { TMPDIR: temporary } },
  );
}

function expectOldStateIn(folder: string): void {
  expect(readdirSync(join(folder, '.flash'))).toEqual(['artifact.tar.gz']);
  expect(readFileSync(join(folder, '.flash/artifact.tar.gz'))).toEqual(OLD);
  expect(readdirSync(folder).sort()).toEqual(['.flash', 'main.py']);
}

describe.each(testEngines())('on engine $name', ({ address }) => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops the step within a second',
    { timeout: 180_000 },
    async (name) => {
      const seconds = 31_000_000 + Math.floor(Math.random() * 1_000_000);
      const folder = await sleepyProject(seconds);
      const temporary = temporaryFolder();
      const running = build({ folder, address, temporary });
      await until(() => isSleeping(seconds), 150_000);

      const start = performance.now();
      running.kill(name);
      await until(() => !isSleeping(seconds), 1000);
      const { exitCode } = await running;

      expect(performance.now() - start).toBeLessThan(2000);
      expect(exitCode).toBe(130);
      expectOldStateIn(folder);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  test('--timeout stops it too, and says so', { timeout: 180_000 }, async () => {
    const seconds = 32_000_000 + Math.floor(Math.random() * 1_000_000);
    const folder = await sleepyProject(seconds);
    // The first run has made every step before the import, so the limit falls into the import.
    const temporary = temporaryFolder();
    const running = build({ folder, address, temporary, options: ['--timeout', '12'] });
    await until(() => isSleeping(seconds), 150_000);
    const { exitCode, stderr } = await running;
    await until(() => !isSleeping(seconds), 1000);
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(/BUILD_TIMEOUT/);
    expect(stderr).toMatch(/--timeout/);
    expectOldStateIn(folder);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
