import { z } from 'zod';
import { problem, throwAll, type Problem } from '../../errors.ts';
import { WORKER_EXCLUDES } from './constants.ts';

const distributionName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'is not the name of a Python package')
  .transform(canonicalName);

/** Options of the flash target, with the drop-in's meaning. */
export const FlashOptionsSchema = z.strictObject({
  /** Only the packages that the project names, none of theirs. */
  noDeps: z.boolean().default(false),
  /** Packages that the worker already has, on top of the built-in ones. */
  exclude: z.array(distributionName).default([]),
  /** Of the built-in ones, those that are shipped all the same. */
  include: z.array(distributionName).default([]),
  /** Dependency groups of pyproject.toml that are wanted too. */
  group: z.array(z.string()).default([]),
  /** Leave the unpacked archive in `.flash/.build/`. */
  keepBuild: z.boolean().default(false),
});

export type FlashOptions = z.infer<typeof FlashOptionsSchema>;

/** @throws OvenbirdError `USAGE` naming the option */
export function parseFlashOptions(options: unknown): FlashOptions {
  const parsed = FlashOptionsSchema.safeParse(options);
  if (parsed.success) return checked(parsed.data);
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw problem('USAGE', `--${flag}: ${issue?.message ?? 'is not valid'}`, {
    hint: 'for example: --exclude scipy,pandas',
  });
}

function checked(options: FlashOptions): FlashOptions {
  const builtIn: readonly string[] = WORKER_EXCLUDES;
  const problems = options.include.flatMap((name): Problem[] => {
    if (options.exclude.includes(name)) {
      return [
        { code: 'USAGE', message: `${name} is named by --include and by --exclude`, hint: 'name it once' },
      ];
    }
    if (builtIn.includes(name)) return [];
    return [
      {
        code: 'USAGE',
        message: `--include: ${name} is not left out by itself`,
        hint: `only these are: ${builtIn.join(', ')}; name others in requirements.txt`,
      },
    ];
  });
  throwAll(problems);
  return options;
}

/** A distribution's name as indexes compare it (PEP 503). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
