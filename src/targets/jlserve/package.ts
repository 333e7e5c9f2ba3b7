import { readFile, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Destination, Placement } from '../../artifact/place.ts';
import { problem } from '../../errors.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { LOCK_FILE } from '../lock/lock-file.ts';
import type {
  DestinationRequest,
  Discovery,
  FolderOutput,
  Packaged,
  Received,
  WithdrawRequest,
} from '../target.ts';
import { CACHE_MARKER } from './constants.ts';
import { imageLabels } from './labels.ts';
import { holdsFiles, markerOf, readMarker, type Marker } from './marker.ts';
import { parseJlserveOptions } from './options.ts';
import { readReport, readWeights, type JlserveReport } from './report.ts';
import { extractFolder } from './writes.ts';
import { explainRerun, surroundingParts } from './weights-memory.ts';
import { weightsWhole, widerThanPlanned } from './weights-whole.ts';

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
  return {
    facts: { weightsMode: weights.next },
    warnings: [weightsWhole(weights.next, weights.why ? [weights.why] : [])],
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
  const { extractCache: asked, gpu, apt } = parseJlserveOptions(received.options);
  const extractCache = extractFolder(asked, environment);
  const app = AppSchema.parse(plan.facts['app']);
  const { slice } = report;
  const { python, platform } = plan;
  const around = surroundingParts({ base: received.base, python, platform, apt });
  const rerun = await explainRerun(
    { root, file: app.file, ran: received.ran.has('weights') },
    { key: slice.key, parts: [...slice.parts, ...around] },
  );
  const marker = markerOf(report, app.file, await readFile(staged(LOCK_FILE)));
  const others: Placement[] =
    plan.facts['lock'] === 'resolve' ? [{ from: staged(LOCK_FILE), to: join(root, LOCK_FILE) }] : [];
  const known = extractCache !== undefined && holdsWeights(extractCache, marker);
  return {
    labels: imageLabels({
      plan,
      name: report.app.name,
      openapi: await readFile(staged('openapi.json'), 'utf8'),
      weights: slice.key,
      gpu,
    }),
    others,
    made: { [`var/cache/jlserve/${CACHE_MARKER}`]: canonicalJson(marker) },
    folders: extractCache === undefined || known ? [] : [cacheFolderAt(extractCache)],
    contents: {
      files: report.app.files,
      packages: report.app.packages,
      excluded: [],
      endpoints: endpointsOf(report, EndpointsSchema.parse(plan.facts['endpoints']), app),
      notes: rerun === undefined ? [] : [rerun],
      warnings: [...widerThanPlanned(slice, plan.facts['weights']), ...warningsOf(report)],
    },
  };
}

/** The weights may still be right, but nobody knows. Another app's are none of ours. */
export async function withdrawMarker({ plan, options, environment }: WithdrawRequest): Promise<void> {
  const folder = extractFolder(parseJlserveOptions(options).extractCache, environment);
  const marker = folder === undefined ? undefined : readMarker(folder);
  if (folder === undefined || marker?.file !== AppSchema.parse(plan.facts['app']).file) return;
  if (marker.app === plan.name) await rm(join(folder, CACHE_MARKER), { force: true });
}

function warningsOf({ app, weights }: JlserveReport): Packaged['contents']['warnings'] {
  return [...weights.warnings, ...app.warnings].map(({ code, message, hint, location }) => ({
    code,
    message,
    ...(hint ? { hint } : {}),
    ...(location
      ? { location: { file: location.file, ...(location.line ? { line: location.line } : {}) } }
      : {}),
  }));
}

function cacheFolderAt(to: string): FolderOutput {
  return { stage: 'cache', to, marker: CACHE_MARKER, title: `copy the weights to ${to}` };
}

/** Whether a folder has these very weights, whole, from an earlier build. */
function holdsWeights(folder: string, marker: Marker): boolean {
  const has = readMarker(folder);
  return has !== undefined && holdsFiles(folder, has) && isDeepStrictEqual(has, marker);
}

function endpointsOf(
  report: JlserveReport,
  planned: readonly { readonly method: string; readonly line: number }[],
  app: { readonly file: string; readonly line: number },
): Packaged['contents']['endpoints'] {
  return report.app.endpoints.map(({ path, method }) => ({
    name: path,
    kind: 'POST',
    functions: [method],
    file: app.file,
    line: planned.find((each) => each.method === method)?.line ?? app.line,
  }));
}
