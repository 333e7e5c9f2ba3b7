import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readToolkit } from '../../src/context/toolkit.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';

/** A stand-in of the SDK: importing the real one needs a download. */
export const SDK = fileURLToPath(new URL('flash/sdk/', import.meta.url));

/** A step's program and its mounts in a temporary folder, run by this machine's Python. */
export class Step {
  readonly root = temporaryFolder();
  readonly #files: Promise<void>;

  constructor(name: string, mounts: Readonly<Record<string, string | object>>, target = 'flash') {
    for (const file of readToolkit({ target })) {
      if (!file.path.startsWith(`${name}/`)) continue;
      const path = join(this.root, 'mnt/toolkit', file.path.slice(name.length + 1));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.bytes);
    }
    const texts = Object.entries(mounts).map(([path, content]) => [
      `mnt/${path}`,
      typeof content === 'string' ? content : JSON.stringify(content),
    ]);
    this.#files = writeFiles(this.root, Object.fromEntries(texts) as Record<string, string>);
  }

  /** Resolves when the mounts are written. */
  ready(): Promise<void> {
    return this.#files;
  }

  /** Runs the step's main program. */
  async run(environment: Readonly<Record<string, string>> = {}): Promise<StepResult> {
    await this.#files;
    return python([join(this.root, 'mnt/toolkit/main.py')], {
      ...environment,
      OVENBIRD_ROOT: this.root,
    });
  }

  /** Runs a piece of Python beside the step's modules; what it prints is JSON. */
  async evaluate(code: string): Promise<unknown> {
    await this.#files;
    const { stdout, stderr, status } = await python(['-c', code], {
      OVENBIRD_ROOT: this.root,
      PYTHONPATH: join(this.root, 'mnt/toolkit'),
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** Reads a result under /ob. */
  text(path: string): string {
    return readFileSync(join(this.root, 'ob', path), 'utf8');
  }

  json(path: string): Record<string, unknown> {
    return JSON.parse(this.text(path)) as Record<string, unknown>;
  }
}

export interface StepResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The problems of the error line, if there is one. */
  readonly errors: readonly StepProblem[];
}

export interface StepProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: { readonly file: string; readonly line?: number; readonly column?: number };
  readonly detail?: string;
}

export function python(
  arguments_: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<StepResult> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    const env = { PATH, PYTHONDONTWRITEBYTECODE: '1', ...environment };
    const child = execFile('python3', [...arguments_], { env }, (_error, stdout, stderr) => {
      const last = stderr.trimEnd().split('\n').at(-1) ?? '';
      const prefix = 'ovenbird-error: ';
      const said = last.startsWith(prefix)
        ? (JSON.parse(last.slice(prefix.length)) as { errors: StepProblem[] })
        : { errors: [] };
      resolve({ status: child.exitCode ?? -1, stdout, stderr, errors: said.errors });
    });
  });
}

let version: Promise<string> | undefined;

/** "3.11": the Python that the tests run on, which stands for the target's. */
export function pythonVersion(): Promise<string> {
  version ??= python(['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {}).then(({ stdout }) =>
    stdout.trim(),
  );
  return version;
}
