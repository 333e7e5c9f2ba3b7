import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const WarningSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullish(),
  location: z.object({ file: z.string(), line: z.int().nullish() }).nullish(),
});

const PartSchema = z.object({
  name: z.string(),
  file: z.string().nullish(),
  line: z.int().nullish(),
  digest: z.string(),
});

export type WeightsPart = z.infer<typeof PartSchema>;

const WeightsSchema = z.object({
  status: z.enum(['done', 'fallback']),
  /** With `fallback`: how much the download must see. */
  next: z.enum(['file', 'project']).nullish(),
  /** With `fallback`: what it asked for, as a sentence with file and line. */
  why: z.union([z.string(), z.array(z.string())]).nullish(),
  files: z.int().nonnegative().nullish(),
  bytes: z.int().nonnegative().nullish(),
  key: z.string().nullish(),
  mode: z.enum(['slice', 'file', 'project']).nullish(),
  parts: z.array(PartSchema).nullish(),
});

/** What the step `app` leaves for the host; bytes are uncompressed. */
const ReportSchema = z.object({
  name: z.string(),
  class: z.string(),
  endpoints: z.array(z.object({ path: z.string(), method: z.string() })),
  files: z.int().nonnegative(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), bytes: z.int().nonnegative() })),
  warnings: z.array(WarningSchema),
  weights: WeightsSchema,
});

export type JlserveReport = z.infer<typeof ReportSchema>;

export async function readReport(staging: string): Promise<JlserveReport> {
  return ReportSchema.parse(JSON.parse(await readFile(join(staging, 'report.json'), 'utf8')));
}

/** Only how the download of the weights went: there is no more when it has to be done again. */
export async function readWeights(staging: string): Promise<z.infer<typeof WeightsSchema>> {
  const document: unknown = JSON.parse(await readFile(join(staging, 'report.json'), 'utf8'));
  return z.object({ weights: WeightsSchema }).parse(document).weights;
}
