import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FreezeReport } from './report-schema.ts';

export type { FreezeReport } from './report-schema.ts';

/** Loads what checks a report, zod with it, which takes 50 ms: for a while without work. */
export async function prepareReports(): Promise<void> {
  await import('./report-schema.ts');
}

/** @param folder the received one of a system */
export async function readReport(folder: string): Promise<FreezeReport> {
  const { ReportSchema } = await import('./report-schema.ts');
  return ReportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
}

/** How a program did in a system without Python. */
export interface SmokeResult {
  /** Of the executable, in the tree. */
  readonly program: string;
  readonly reason: 'exited' | 'answered' | 'timeout';
  /** When it ended by itself. */
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** The first line of the answer; `''` when there was none. */
  readonly http: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** @returns one a program, in the order of the report; none when the run was left out */
export async function readSmoke(received: string): Promise<SmokeResult[]> {
  const results: SmokeResult[] = [];
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? 'smoke' : `smoke/${number}`;
    const read = (name: string): Promise<string | undefined> =>
      readFile(join(received, folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
    const status = await read('status');
    if (status === undefined) return results;
    const reason = (await read('reason'))?.trim();
    results.push({
      program: (await read('program'))?.trim() ?? '',
      reason: reason === 'answered' || reason === 'timeout' ? reason : 'exited',
      status: /^\d+$/.test(status.trim()) ? Number(status) : undefined,
      milliseconds: Number(await read('milliseconds')),
      http: (await read('http'))?.trim() ?? '',
      stdout: (await read('stdout')) ?? '',
      stderr: (await read('stderr')) ?? '',
    });
  }
}

/** The last words of the program when it ran unfrozen; `''` when it said nothing or did not run. */
export async function readTraceWords(folder: string): Promise<string> {
  return readFile(join(folder, 'trace/said'), 'utf8');
}
