import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const WarningSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullish(),
  location: z.object({ file: z.string(), line: z.int().nullish() }).nullish(),
});

/** The project's own code ran beside what wrote this. */
const path = z
  .string()
  .refine((text) => !text.startsWith('/') && text.split('/').every((part) => !/^\.{0,2}$/.test(part)));

const FileSchema = z.union([
  z.object({ path, bytes: z.int().nonnegative(), mode: z.int(), digest: z.string() }),
  z.object({ path, link: z.string() }),
]);

/** What the step `assemble` leaves for the host. */
const ReportSchema = z.object({
  files: z.array(FileSchema),
  /** Paths of the executables in it. */
  programs: z.array(z.string()),
  /** Whether the analysis of an earlier build was that of these files. */
  reused: z.boolean(),
  /** Top-level names of the project's own modules. */
  own: z.array(z.string()),
  /** How many files of the project are in it. */
  userFiles: z.int().nonnegative(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), bytes: z.int().nonnegative() })),
  /** Bytes of what belongs to no package, by whose it is. */
  rest: z.record(z.enum(['project', 'python', 'system']), z.int().nonnegative()),
  glibc: z.object({ version: z.string(), file: z.string() }).nullable(),
  /** What running the program showed, that no analysis could see. */
  found: z.object({
    hiddenImports: z.array(z.string()),
    /** `[source, folder in the bundle]` */
    lacking: z.array(z.tuple([z.string(), z.string()])),
  }),
  warnings: z.array(WarningSchema),
  /** Of programs for Windows, when they are signed. */
  signed: z
    .object({
      subject: z.string(),
      issuer: z.string(),
      begins: z.iso.datetime(),
      expires: z.iso.datetime(),
      /** The server that has stamped the time on it. */
      timestamp: z.string().nullable(),
    })
    .optional(),
});

export type FreezeReport = z.infer<typeof ReportSchema>;

/** @param folder the received one of a system */
export async function readReport(folder: string): Promise<FreezeReport> {
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
