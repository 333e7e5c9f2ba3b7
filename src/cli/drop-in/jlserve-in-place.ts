import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { BuildOptions } from '../../build-options.ts';
import { startDeadline } from '../../deadline.ts';
import { EXIT, OvenbirdError } from '../../errors.ts';
import { checkAppFile } from '../../targets/jlserve/app-file.ts';
import { checkWritable, findCacheFolder, withCacheFolder } from '../../targets/jlserve/cache-folder.ts';
import type { CliContext } from '../context.ts';
import { flag, text, type ParsedArguments } from '../parsed-arguments.ts';
import { installRequirements } from './jlserve-install.ts';
import { removeMarker, writeMarker } from './jlserve-marker.ts';
import { findPython } from './jlserve-python.ts';
import { endpointsOf, WeightFilesSchema, type InPlaceResult } from './jlserve-result.ts';
import type { Surroundings } from './jlserve-run.ts';
import { runStep } from './jlserve-step.ts';
import { makeVoice } from './jlserve-voice.ts';

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
  const voice = makeVoice(args, context);
  const interruption = context.listenForSignals((message) => {
    if (voice.shown) context.stderr.write(`${message}\n`);
  });
  const deadline = startDeadline({ signal: interruption.signal, timeoutMs: request.timeoutMs });
  try {
    const surroundings = { context, voice, signal: deadline.signal };
    const result = await build({ request, args, ...surroundings });
    if (flag(args, 'json')) context.stdout.write(`${JSON.stringify(result)}\n`);
    return EXIT.done;
  } catch (thrown) {
    throw deadline.reason() ?? thrown;
  } finally {
    deadline.end();
    interruption.end();
  }
}

async function build(options: InPlaceOptions & Surroundings): Promise<InPlaceResult> {
  const { request, args, context, voice, signal } = options;
  const startedAt = performance.now();
  for (const warning of args.settings?.warnings ?? []) voice.warn(warning);
  const file = resolve(context.cwd, request.project);
  const wrong = checkAppFile(request.project);
  if (wrong) throw new OvenbirdError([wrong]);
  const folder = cacheFolderOf(context);
  // All that can be seen without running anything.
  const { planProject } = await context.loadBuilder();
  const { root, tree, plan } = await planProject({
    ...request,
    environment: context.env,
    signal,
    onEvent: (event) => {
      if (event.type === 'warning') voice.warn(event);
    },
  });
  voice.say(`✓ Cache directory: ${folder}`);
  const { executable: python, version } = await findPython({ wanted: text(args, 'python'), context });
  const work = mkdtempSync(join(tmpdir(), 'ovenbird-in-place-'));
  try {
    await installRequirements({ ...options, root, file, tree, python, work });
    layOut({ work, root, folder, request: plan.files['app/request.json'] ?? '{}' });
    const step = { ...options, python, work, env: withCacheFolder(context.env, folder) };
    const app = await runStep({ ...step, step: 'app', program: 'app' });
    const name = String(app['name']);
    voice.say(`✓ Loading app: ${name}`);
    voice.say('✓ Downloading weights...');
    removeMarker(folder);
    const weights = await runStep({ ...step, step: 'weights', program: 'weights' });
    const files = WeightFilesSchema.parse(weights['files']);
    if (flag(args, 'validate')) {
      voice.say('✓ Running setup()...');
      await runStep({ ...step, step: 'weights', program: 'setup' });
    }
    writeMarker({ folder, app: name, file, files });
    voice.say('✓ Build complete!');
    const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
    return {
      schema: 1,
      target: 'jlserve',
      project: root,
      name,
      python: version,
      artifact: { kind: 'folder', path: folder, bytes, files: files.length },
      endpoints: endpointsOf(app['endpoints'], plan.facts),
      warnings: voice.warnings,
      durationMs: Math.round(performance.now() - startedAt),
    };
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
