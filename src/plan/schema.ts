import { z } from 'zod';
import { PLAN_SCHEMA } from './form.ts';
import { DOCKERFILE_GRAMMAR } from './grammar.ts';

const relativePath = z
  .string()
  .refine((path) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..'), {
    message: 'must be a relative path that stays inside its root',
  });

/** A part of a file's text, in UTF-16 units, and what stands in its place. */
const textEdit = z.strictObject({
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  text: z.string(),
});

/** A program run in the finished image, without network and with a read-only root. */
const imageCheck = z.strictObject({
  /** What a person would call it: `ask for /openapi.json`. */
  title: z.string(),
  command: z.array(z.string()).min(1),
  /** The last line that it prints when all is well: a status alone is easily had. */
  says: z.string(),
  /** Writable places in memory. */
  tmpfs: z.array(z.string()),
  timeoutSeconds: z.int().positive(),
});

const imageChoice = z.strictObject({
  reference: z.string().regex(DOCKERFILE_GRAMMAR.image),
  /** A local image that may serve where no registry can be reached. */
  standIn: z.string().regex(DOCKERFILE_GRAMMAR.image).optional(),
});

/**
 * The plan: everything that decides what is built, as data. No machine paths, no secrets,
 * no times; the same project and options give the same document, byte for byte.
 */
export const BuildPlanSchema = z.strictObject({
  $schema: z.literal(PLAN_SCHEMA),
  /** Which target made it: `flash`. */
  target: z.string(),
  /** The application's name. */
  name: z.string(),
  /** `linux/amd64`: where the artifact will run. */
  platform: z.string().regex(DOCKERFILE_GRAMMAR.platform),
  /** `3.12`; why this one is in `reasons`. */
  python: z.string().regex(/^3\.\d{1,2}$/),
  /** The image that the build stages start from. */
  base: imageChoice,
  /** Further images that the template names, by placeholder. */
  images: z.record(z.string().regex(DOCKERFILE_GRAMMAR.placeholder), imageChoice).optional(),
  /** Folder in `dockerfiles/` whose Dockerfile and toolkit are used. */
  template: z.string().regex(DOCKERFILE_GRAMMAR.stage),
  /** Stage names that the template leaves open. */
  stages: z.record(z.string(), z.string().regex(DOCKERFILE_GRAMMAR.stage)),
  /** The stage whose files are received. */
  result: z.string().regex(DOCKERFILE_GRAMMAR.stage),
  /** For targets whose artifact is an image: made once the result was received. */
  image: z
    .strictObject({
      stage: z.string().regex(DOCKERFILE_GRAMMAR.stage),
      /** Its names in the engine, or in the archive. */
      tags: z.array(z.string().regex(DOCKERFILE_GRAMMAR.image)).min(1),
      /** All must pass before a name moves to the new image. */
      checks: z.array(imageCheck),
      /** Whether its names are pushed to their registries then. */
      push: z.boolean(),
    })
    .optional(),
  /** Generated files of the context's `plan/` root. */
  files: z.record(relativePath, z.string()),
  /**
   * Files of which the context's `project/` holds an outline: the file without the parts that no
   * step runs, so that an edit of these re-runs nothing. The files themselves are in the archive
   * `plan/whole.tar`, for the image.
   */
  outlines: z
    .strictObject({
      /** The image's folder that has the project. */
      folder: z.string().regex(DOCKERFILE_GRAMMAR.stage),
      /** By path. Edits stand in order and do not overlap. */
      files: z.record(relativePath, z.array(textEdit)),
    })
    .optional(),
  /** Further roots of the context, which lie outside the project: name → `sha256:…` of what it holds. */
  inputs: z
    .record(z.string().regex(DOCKERFILE_GRAMMAR.stage), z.string().regex(/^sha256:[0-9a-f]{64}$/))
    .optional(),
  /** Its steps run on the platform's own processor only, not on an emulated one. */
  native: z.literal(true).optional(),
  /** Stages that the engine's cache must not answer for, this once. */
  fresh: z.array(z.string().regex(DOCKERFILE_GRAMMAR.stage)).optional(),
  /** Stages that run the user's own code or pack it: what `--rebuild` runs again. */
  rebuilt: z.array(z.string().regex(DOCKERFILE_GRAMMAR.stage)).min(1),
  /** Stage name → what a person would call it. */
  titles: z.record(z.string().regex(DOCKERFILE_GRAMMAR.stage), z.string()),
  /** Decisions made for the user, a sentence each. */
  reasons: z.array(z.string()),
  /** What the target found; shown by `ovenbird plan`, used in reports. */
  facts: z.record(z.string(), z.json()),
});

export type BuildPlan = z.infer<typeof BuildPlanSchema>;
