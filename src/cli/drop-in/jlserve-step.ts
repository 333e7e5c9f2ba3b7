import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readToolkit } from '../../context/toolkit.ts';
import { problem } from '../../errors.ts';
import { reportIn } from '../../failure/reported.ts';
import { REPORT_MARK } from '../../failure/step-failure.ts';
import { readOwnFile } from '../../package-root.ts';
import type { CliContext } from '../context.ts';
import { runHere, type Surroundings } from './jlserve-run.ts';
import type { StepWarning } from './jlserve-voice.ts';

export interface HostStep extends Surroundings {
  /** Step of the toolkit whose modules the program uses. */
  readonly step: 'app' | 'weights';
  /** Name of the program in `dockerfiles/jlserve/in-place/`. */
  readonly program: 'app' | 'weights' | 'setup';
  readonly python: string;
  /** Holds the mounts (`mnt/`), gets the results (`ob/`). */
  readonly work: string;
  readonly env: CliContext['env'];
}

/** What a step leaves, besides what only that step tells. */
export interface StepDocument extends Readonly<Record<string, unknown>> {
  readonly warnings: readonly StepWarning[];
}

const OWN_PROGRAMS = 'dockerfiles/jlserve/in-place';

/**
 * Runs what the build's own steps are made of here instead of in a container, and shows its
 * warnings.
 * @returns what it left in `ob/in-place.json`
 * @throws OvenbirdError with the problems that it reported
 */
export async function runStep(options: HostStep): Promise<StepDocument> {
  const { step, program, python, work, env, voice } = options;
  const toolkit = join(work, step);
  for (const { path, bytes } of readToolkit({ target: 'jlserve' })) {
    if (!path.startsWith(`${step}/`)) continue;
    const file = join(work, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const file = join(toolkit, `in_place_${program}.py`);
  writeFileSync(file, await readOwnFile(`${OWN_PROGRAMS}/${program}.py`));
  writeFileSync(join(toolkit, 'in_place_run.py'), await readOwnFile(`${OWN_PROGRAMS}/in_place_run.py`));
  const { status, lines } = await runHere({
    ...options,
    program: python,
    argv: [file],
    env: { ...env, OVENBIRD_ROOT: work },
    hides: (line) => line.startsWith(REPORT_MARK),
  });
  if (status === 0) {
    const document = JSON.parse(readFileSync(join(work, 'ob/in-place.json'), 'utf8')) as StepDocument;
    for (const warning of document.warnings) voice.warn(warning);
    return document;
  }
  throw (
    reportIn(lines) ??
    problem('STEP_FAILED', `${program} ended with status ${status}`, { detail: lines.join('\n') })
  );
}
