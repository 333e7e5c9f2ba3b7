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
export const ReportSchema = z.object({
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
