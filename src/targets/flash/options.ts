import { z } from 'zod';
import { problem, throwAll, type Problem } from '../../errors.ts';
import { MOST_BYTES, WORKER_EXCLUDES } from './constants.ts';

const distributionName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'is not the name of a Python package')
  .transform(canonicalName);

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `500MB`, `1.5 GiB` */
const size = z.union([z.string(), z.number()]).transform((given, context) => {
  const text = String(given);
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]{0,3})$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (number !== '' && bytes > 0) return bytes;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no size: 500MB, 1.5GB, 1400MiB` });
  return z.NEVER;
});

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
  /** Ship values of `env=` that look like secrets, in plain text. */
  includeEnv: z.boolean().default(false),
  /** Bytes that the archive may have. */
  maxSize: size.default(MOST_BYTES),
  /** Leave the unpacked archive in `.flash/.build/`. */
  keepBuild: z.boolean().default(false),
});

export type FlashOptions = z.infer<typeof FlashOptionsSchema>;

const EXAMPLES: Readonly<Record<string, string>> = {
  include: '--include torch',
  maxSize: '--max-size 500MB',
};

/** @throws OvenbirdError `USAGE` naming the option */
export function parseFlashOptions(options: unknown): FlashOptions {
  const parsed = FlashOptionsSchema.safeParse(options);
  if (parsed.success) return checked(parsed.data);
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw problem('USAGE', `--${flag}: ${issue?.message ?? 'is not valid'}`, {
    hint: `for example: ${EXAMPLES[name] ?? '--exclude scipy,pandas'}`,
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
