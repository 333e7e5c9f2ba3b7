import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { python, Step } from '../step.ts';

export interface SmokeOptions {
  /** What is run, one a line. */
  readonly program?: string;
  readonly arguments?: readonly string[];
  readonly http?: string;
  readonly timeout?: string;
}

export interface SmokeResult {
  readonly status: string;
  readonly reason: string;
  readonly milliseconds: number;
  readonly http: string;
  readonly program: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SmokeRun extends SmokeResult {
  /** The step's own exit status and words: they are no result. */
  readonly own: { readonly status: number; readonly said: string };
  /** The results of a further program. */
  readonly further: (number: number) => SmokeResult;
}

/** Runs the smoke step on a tree of executable scripts, outside of a container. */
export async function smoke(
  tree: Readonly<Record<string, string>>,
  options: SmokeOptions = {},
): Promise<SmokeRun> {
  const step = new Step(
    'smoke',
    {
      'plan/arguments': (options.arguments ?? ['--help']).map((text) => `${text}\0`).join(''),
      'plan/settings': `http=${options.http ?? ''}\ntimeout=${options.timeout ?? '10'}\n`,
      'tree-report/program': `${options.program ?? Object.keys(tree)[0] ?? ''}\n`,
    },
    'pyinstaller',
  );
  await step.ready();
  for (const [name, text] of Object.entries(tree)) {
    const path = join(step.root, 'mnt/tree', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, text.startsWith('#!') ? 0o755 : 0o644);
  }
  const own = await bash(join(step.root, 'mnt/toolkit/main.sh'), step.root);
  const results = (folder: string): SmokeResult => {
    const read = (name: string): string => readFileSync(join(step.root, 'ob/smoke', folder, name), 'utf8');
    return {
      status: read('status'),
      reason: read('reason'),
      milliseconds: Number(read('milliseconds')),
      http: read('http'),
      program: read('program'),
      stdout: read('stdout'),
      stderr: read('stderr'),
    };
  };
  return { ...results('.'), own, further: (number) => results(String(number)) };
}

function bash(program: string, root: string): Promise<{ status: number; said: string }> {
  const { PATH = '' } = process.env;
  const env = { PATH, OVENBIRD_ROOT: root, HTTPS_PROXY: 'http://proxy.invalid', SECRET: 'x' };
  return new Promise((resolve) => {
    const child = execFile('bash', [program], { env }, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, said: stdout + stderr });
    });
  });
}

let interpreter: Promise<string> | undefined;

/** An executable script of this machine's Python. */
export async function script(lines: readonly string[]): Promise<string> {
  interpreter ??= python(['-c', 'import sys; print(sys.executable)'], {}).then(({ stdout }) => stdout.trim());
  return [`#!${await interpreter}`, ...lines, ''].join('\n');
}

/** Whether a process that a program told the number of still runs; a dead one may be waiting to be
 * collected by the machine's first process. */
export function isRunning(process: string): boolean {
  try {
    return !/\) [ZX] [^)]*$/.test(readFileSync(`/proc/${Number(process)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
