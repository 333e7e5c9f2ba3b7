import type { Problem } from '../../errors.ts';
import { usage, type ParsedArguments } from '../parsed-arguments.ts';

/** What means something where no image is made. */
const IN_PLACE = ['in-place', 'python', 'validate', 'refresh-weights', 'timeout', 'progress', 'json'];

/** How the same is had there. */
const INSTEAD: Readonly<Record<string, string>> = {
  'extract-cache': 'the weights go to JLSERVE_CACHE_DIR: name the folder there',
  secret: 'download_weights() has your own environment: export the variable',
  ca: 'your own uv and Python are used: export SSL_CERT_FILE=FILE',
};

/** How progress is shown where there are no steps of an engine. */
const PROGRESS = ['auto', 'plain', 'quiet'];

/** Options that only an image has, each a mistake beside `--in-place`. */
export function imageOptions({ options, settings }: ParsedArguments): Problem[] {
  const given = [...options].filter(
    ([name, value]) => value !== false && !IN_PLACE.includes(name) && !settings?.origins.has(name),
  );
  const problems = given.map(([name]) =>
    usage(
      `--${name} is of images, and --in-place makes none`,
      INSTEAD[name] ?? `leave --${name} out, or --in-place`,
    ),
  );
  const progress = options.get('progress');
  if (typeof progress === 'string' && !PROGRESS.includes(progress) && !settings?.origins.has('progress')) {
    problems.push(
      usage(`--progress ${progress} is of images, and --in-place makes none`, '--progress quiet, --json'),
    );
  }
  return problems;
}

/** Settings are for all builds of a project: those of images say nothing to one in place. */
export function withoutImageSettings(args: ParsedArguments): ParsedArguments {
  const { settings } = args;
  if (settings === undefined) return args;
  const isKept = (name: string): boolean => !settings.origins.has(name) || IN_PLACE.includes(name);
  return {
    ...args,
    options: new Map([...args.options].filter(([name]) => isKept(name))),
    settings: { ...settings, origins: new Map([...settings.origins].filter(([name]) => isKept(name))) },
  };
}
