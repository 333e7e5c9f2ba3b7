import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { OvenbirdError, type Problem } from '../../errors.ts';
import { DOCKERFILE_GRAMMAR } from '../../plan/grammar.ts';

/** Options of the jlserve target. */
export const JlserveOptionsSchema = z.strictObject({
  /** Names of the image; `NAME:latest` of the app when empty. */
  tags: z
    .array(
      z
        .string()
        .refine((name) => DOCKERFILE_GRAMMAR.image.test(name) && !name.includes('@'), {
          message: 'is not an image name: write NAME:TAG in lower case',
        })
        .transform(withTag),
    )
    .default([]),
  /** Folder that the weights are copied to as well, absolute. */
  extractCache: z.string().refine(isAbsolute, { message: 'must be an absolute path' }).optional(),
  /** Run `setup()` in the finished image. */
  validate: z.boolean().default(false),
  /** Download the weights again although nothing changed. */
  refreshWeights: z.boolean().default(false),
  /** Push the image to the registry that its names say. */
  push: z.boolean().default(false),
  /** Debian packages that the image gets. */
  apt: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, { message: 'is not the name of a Debian package' }))
    .default([]),
  /** Say on the image that it needs a GPU. */
  gpu: z.boolean().default(false),
});

export type JlserveOptions = z.infer<typeof JlserveOptionsSchema>;

/** What each field is called on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  tags: '--tag',
  extractCache: '--extract-cache',
  validate: '--validate',
  refreshWeights: '--refresh-weights',
  apt: '--apt',
  gpu: '--gpu',
  push: '--push',
};

/** @throws OvenbirdError `USAGE` naming each option that is wrong */
export function parseJlserveOptions(options: unknown): JlserveOptions {
  const parsed = JlserveOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [first, ...rest] = parsed.error.issues.map((issue): Problem => {
    const [field, index] = issue.path;
    const value = valueAt(options, field, index);
    const given = typeof value === 'string' ? ` ${JSON.stringify(value)}` : '';
    return {
      code: 'USAGE',
      message: `${FLAGS[String(field)] ?? String(field)}${given} ${issue.message}`,
      hint: 'for example: -t my-app:1.0, --apt libgl1,libsndfile1',
    };
  });
  if (!first) throw parsed.error;
  throw new OvenbirdError([first, ...rest]);
}

function valueAt(options: unknown, field: unknown, index: unknown): unknown {
  const values = (options as Record<string, unknown>)[String(field)];
  return Array.isArray(values) ? (values as unknown[])[Number(index)] : values;
}

/** A name without a tag means `latest`, as everywhere. */
function withTag(name: string): string {
  return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`;
}
