import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { BuildOptions } from '../../build-options.ts';
import { EXIT, OvenbirdError } from '../../errors.ts';
import { checkAppFile } from '../../targets/jlserve/app-file.ts';
import { checkWritable, findCacheFolder, withCacheFolder } from '../../targets/jlserve/cache-folder.ts';
import type { CliContext } from '../context.ts';
import type { ParsedArguments } from '../parsed-arguments.ts';
import { text } from '../parsed-arguments.ts';
import { installRequirements } from './jlserve-install.ts';
import { findPython } from './jlserve-python.ts';
import { runStep } from './jlserve-step.ts';

export interface InPlaceOptions {
  readonly request: BuildOptions;
  readonly args: ParsedArguments;
  readonly context: CliContext;
}

/**
 * `jlserve build --in-place`: what jlserve's own build does, with the user's Python and uv,
 * into the user's cache folder. The app is read and checked by the same code as for an image.
 */
export async function buildInPlace({ request, args, context }: InPlaceOptions): Promise<number> {
  const { cwd, stdout } = context;
  const file = resolve(cwd, request.project);
  const wrong = checkAppFile(request.project);
  if (wrong) throw new OvenbirdError([wrong]);
  const folder = cacheFolderOf(context);
  // All that can be seen without running anything.
  const { planProject } = await context.loadBuilder();
  const { root, tree, plan } = await planProject({ ...request, environment: context.env });
  stdout.write(`✓ Cache directory: ${folder}\n`);
  const python = await findPython({ wanted: text(args, 'python'), context });
  const work = mkdtempSync(join(tmpdir(), 'ovenbird-in-place-'));
  const env = withCacheFolder(context.env, folder);
  try {
    await installRequirements({ root, file, tree, python, work, context });
    layOut({ work, root, folder, request: plan.files['app/request.json'] ?? '{}' });
    const step = { python, work, env, context };
    const { name } = await runStep({ ...step, step: 'app' });
    stdout.write(`✓ Loading app: ${String(name)}\n✓ Downloading weights...\n`);
    await runStep({ ...step, step: 'weights' });
    stdout.write('✓ Build complete!\n');
    return EXIT.done;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @throws OvenbirdError `JLSERVE_CACHE_DIR` */
function cacheFolderOf({ env, cwd }: CliContext): string {
  const found = findCacheFolder(env, cwd);
  if ('problem' in found) throw new OvenbirdError([found.problem]);
  const unwritable = checkWritable(found.folder);
  if (unwritable) throw new OvenbirdError([unwritable]);
  return found.folder;
}

interface Layout {
  readonly work: string;
  readonly root: string;
  readonly folder: string;
  readonly request: string;
}

/** The mounts of the build's own steps, here as links. */
function layOut({ work, root, folder, request }: Layout): void {
  const at = (path: string): string => {
    const absolute = join(work, 'mnt', path);
    mkdirSync(dirname(absolute), { recursive: true });
    return absolute;
  };
  writeFileSync(at('plan/request.json'), request);
  symlinkSync(root, at('project'));
  mkdirSync(at('deps/root/opt/deps'), { recursive: true });
  symlinkSync(folder, at('weights/root/var/cache/jlserve'));
}
