import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const WarningSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullish(),
  location: z.object({ file: z.string(), line: z.int().nullish() }).nullish(),
});

/** What the step `app` leaves for the host; bytes are uncompressed. */
const AppSchema = z.object({
  name: z.string(),
  class: z.string(),
  endpoints: z.array(z.object({ path: z.string(), method: z.string() })),
  files: z.int().nonnegative(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), bytes: z.int().nonnegative() })),
  warnings: z.array(WarningSchema),
});

const PartSchema = z.object({
  name: z.string(),
  file: z.string().nullish(),
  line: z.int().nullish(),
  digest: z.string(),
});

export type WeightsPart = z.infer<typeof PartSchema>;

/** What the step `slice` says of the weights' key. */
const SliceSchema = z.object({
  key: z.string(),
  mode: z.enum(['slice', 'file', 'project']),
  /** Sentences with file and line: what made the slice wider than was asked. */
  why: z.array(z.string()),
  parts: z.array(PartSchema),
});

/** What the step `weights` leaves. */
const WeightsSchema = z.object({
  status: z.enum(['done', 'fallback']),
  /** With `fallback`: how much the download must see. */
  next: z.enum(['file', 'project']).nullish(),
  /** With `fallback`: what it asked for, as a sentence with file and line. */
  why: z.string().nullish(),
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative() })),
  warnings: z.array(WarningSchema),
});

export type WeightsReport = z.infer<typeof WeightsSchema>;

export interface JlserveReport {
  readonly app: z.infer<typeof AppSchema>;
  readonly slice: z.infer<typeof SliceSchema>;
  readonly weights: WeightsReport;
}

export async function readReport(staging: string): Promise<JlserveReport> {
  const [app, slice, weights] = await Promise.all([
    read(join(staging, 'report.json'), AppSchema),
    read(join(staging, 'slice/report.json'), SliceSchema),
    readWeights(staging),
  ]);
  return { app, slice, weights };
}

/** Only how the download of the weights went: whether it has to be done again. */
export function readWeights(staging: string): Promise<WeightsReport> {
  return read(join(staging, 'weights/report.json'), WeightsSchema);
}

async function read<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(file, 'utf8')));
}
