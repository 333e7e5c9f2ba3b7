import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { afterAll } from 'vitest';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Run {
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to a small environment of our own, so that the machine's says nothing. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a shell needs and nothing that decides what we do. */
export function bareEnvironment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: `${nodeFolder()}:/usr/bin:/bin`, HOME: process.env['HOME'] ?? '/', ...env };
}

export function nodeFolder(): string {
  return fileURLToPath(new URL('.', `file://${process.execPath}`)).replace(/\/$/, '');
}

/** Runs one of our programs from its source, in a process of its own. */
export function runCli(program: string, argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runProgram(process.execPath, [join(ROOT, 'src/cli', `${program}.ts`), ...argv], options);
}

export async function runProgram(
  file: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  const result = await execa(file, [...argv], {
    reject: false,
    extendEnv: false,
    env: bareEnvironment(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  return { status: result.exitCode, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}

const made: string[] = [];
afterAll(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Our package as users have it: compiled, with its shims, in a folder of its own. */
export async function compiledPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ovenbird-test-package-'));
  made.push(folder);
  await compile(join(folder, 'dist'));
  for (const each of ['bin', 'images', 'dockerfiles', 'package.json'])
    cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** A second copy of a compiled package elsewhere. */
export function copyOfPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const each of ['bin', 'dist', 'images', 'package.json'])
    cpSync(join(from, each), join(to, each), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(to, 'node_modules'));
}

async function compile(outDir: string): Promise<void> {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const argv = ['-p', join(ROOT, 'tsconfig.json'), '--outDir', outDir, '--declaration', 'false'];
  // Types are checked by `make check`; here what counts is what comes out.
  await promisify(execFile)(process.execPath, [tsc, ...argv]).catch((error: unknown) => {
    if (!existsSync(join(outDir, 'cli/main.js'))) throw error;
  });
}
