import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Destination, Placement } from '../../artifact/place.ts';
import { problem } from '../../errors.ts';
import type { DestinationRequest, Discovery, FolderOutput, Packaged, Received } from '../target.ts';
import { CACHE_MARKER, LOCK_FILE } from './constants.ts';
import { imageLabels } from './labels.ts';
import { holdsFiles, readMarker } from './marker.ts';
import { parseJlserveOptions } from './options.ts';
import { readReport, readWeights, type JlserveReport } from './report.ts';
import { explainRerun } from './weights-memory.ts';

/** The image goes into the engine; with `-o` into an archive instead. */
export function jlserveDestination({ root, output }: DestinationRequest): Destination {
  if (output === undefined) return {};
  const artifact = resolve(output);
  if (output.endsWith('/') || artifact === join(root, LOCK_FILE) || !basename(artifact).endsWith('.tar')) {
    throw problem('OUTPUT_UNSAFE', `${JSON.stringify(output)} cannot be the archive's name`, {
      hint: 'name a .tar file: --output image.tar',
    });
  }
  return { artifact };
}

/** The weights' code wanted more of the project than was cut out for it. */
export async function discoverWeightsMode(staging: string): Promise<Discovery | undefined> {
  const weights = await readWeights(staging);
  if (weights.status !== 'fallback' || !weights.next) return undefined;
  const whole = weights.next === 'file' ? 'the whole file and the modules it imports' : 'the whole project';
  const why = Array.isArray(weights.why) ? weights.why.join('; ') : weights.why;
  return {
    facts: { weightsMode: weights.next },
    warning: {
      code: 'JLSERVE_WEIGHTS_WHOLE',
      message: `the weights depend on ${whole}: ${why ?? 'the part that was cut out did not do'}`,
      hint: 'every change there downloads them again',
    },
  };
}

/** The part of the plan's facts that is read back here. */
const AppSchema = z.object({ file: z.string(), line: z.int() });
const EndpointsSchema = z.array(z.object({ method: z.string(), line: z.int() }));

/** What was received → labels, files beside the image, and the report. */
export async function packageJlserve(received: Received): Promise<Packaged> {
  const { plan, root, staging, environment } = received;
  const staged = (name: string): string => join(staging, name);
  const report = await readReport(staging);
  const { extractCache: asked, gpu } = parseJlserveOptions(received.options);
  const shared = environment['JLSERVE_CACHE_DIR'];
  const extractCache = asked ?? (shared ? resolve(shared) : undefined);
  const app = AppSchema.parse(plan.facts['app']);
  const { weights } = report;
  const key = weights.key ?? '';
  const rerun = await explainRerun({ root, file: app.file }, { key, parts: weights.parts ?? [] });
  const others: Placement[] =
    plan.facts['lock'] === 'resolve' ? [{ from: staged(LOCK_FILE), to: join(root, LOCK_FILE) }] : [];
  const known = extractCache !== undefined && (await holdsWeights(extractCache, staged('marker.json')));
  return {
    labels: imageLabels({
      plan,
      name: report.name,
      openapi: await readFile(staged('openapi.json'), 'utf8'),
      weights: key,
      gpu,
    }),
    others,
    folders: extractCache === undefined || known ? [] : [cacheFolderAt(extractCache)],
    contents: {
      files: report.files,
      packages: report.packages,
      excluded: [],
      endpoints: endpointsOf(report, EndpointsSchema.parse(plan.facts['endpoints']), app),
      notes: rerun === undefined ? [] : [rerun],
      warnings: report.warnings.map(({ code, message, hint, location }) => ({
        code,
        message,
        ...(hint ? { hint } : {}),
        ...(location
          ? { location: { file: location.file, ...(location.line ? { line: location.line } : {}) } }
          : {}),
      })),
    },
  };
}

function cacheFolderAt(to: string): FolderOutput {
  return { stage: 'cache', to, marker: CACHE_MARKER, title: `copy the weights to ${to}` };
}

/** Whether a folder has these very weights, whole, from an earlier build. */
async function holdsWeights(folder: string, marker: string): Promise<boolean> {
  const has = readMarker(folder);
  if (!has || !holdsFiles(folder, has)) return false;
  return isDeepStrictEqual(has, JSON.parse(await readFile(marker, 'utf8')));
}

function endpointsOf(
  report: JlserveReport,
  planned: readonly { readonly method: string; readonly line: number }[],
  app: { readonly file: string; readonly line: number },
): Packaged['contents']['endpoints'] {
  return report.endpoints.map(({ path, method }) => ({
    name: path,
    kind: 'POST',
    functions: [method],
    file: app.file,
    line: planned.find((each) => each.method === method)?.line ?? app.line,
  }));
}
