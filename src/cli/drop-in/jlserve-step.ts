import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readToolkit } from '../../context/toolkit.ts';
import { problem } from '../../errors.ts';
import { reportIn } from '../../failure/reported.ts';
import { REPORT_MARK } from '../../failure/step-failure.ts';
import { readOwnFile } from '../../package-root.ts';
import { formatWarning } from '../../report/phrases.ts';
import type { CliContext } from '../context.ts';

export interface HostStep {
  /** Step of the toolkit, with a program of the same name in `dockerfiles/jlserve/in-place/`. */
  readonly step: 'app' | 'weights';
  readonly python: string;
  /** Holds the mounts (`mnt/`), gets the results (`ob/`). */
  readonly work: string;
  readonly env: CliContext['env'];
  readonly context: CliContext;
}

/** What a step leaves, besides what only that step tells. */
export interface StepDocument extends Readonly<Record<string, unknown>> {
  readonly warnings: readonly {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly location?: { readonly file: string; readonly line?: number };
  }[];
}

/** Lines of a step that may hold its report; older ones are only shown. */
const KEPT_LINES = 50;

/**
 * Runs one of the build's own steps here instead of in a container, and shows its warnings.
 * @returns what it left in `ob/in-place.json`
 * @throws OvenbirdError with the problems that it reported
 */
export async function runStep({ step, python, work, env, context }: HostStep): Promise<StepDocument> {
  const toolkit = join(work, step);
  for (const { path, bytes } of readToolkit({ target: 'jlserve' })) {
    if (!path.startsWith(`${step}/`)) continue;
    const file = join(work, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const program = join(toolkit, 'in_place.py');
  writeFileSync(program, await readOwnFile(`dockerfiles/jlserve/in-place/${step}.py`));
  const child = spawn(python, [program], {
    env: { ...env, OVENBIRD_ROOT: work },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const lines: string[] = [];
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    const parts = (rest + data).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      if (!line.startsWith(REPORT_MARK)) context.stderr.write(`${line}\n`);
    }
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  if (status === 0) {
    const document = JSON.parse(readFileSync(join(work, 'ob/in-place.json'), 'utf8')) as StepDocument;
    for (const warning of document.warnings) {
      context.stderr.write(`warning: ${formatWarning(warning).join('\n')}\n`);
    }
    return document;
  }
  throw (
    reportIn(lines) ??
    problem('STEP_FAILED', `${step} ended with status ${status}`, { detail: lines.join('\n') })
  );
}
