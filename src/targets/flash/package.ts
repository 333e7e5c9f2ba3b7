import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { isReplaceable, type Destination, type Placement } from '../../artifact/place.ts';
import { unpackArchive } from '../../artifact/unpack.ts';
import type { BuildPlan } from '../../plan/schema.ts';
import { problem } from '../../errors.ts';
import { LOCK_FILE } from '../lock/lock-file.ts';
import type { DestinationRequest, Packaged, Received } from '../target.ts';
import { OUTPUT_FOLDER } from './constants.ts';
import { checkComputed } from './discover.ts';
import { parseFlashOptions } from './options.ts';

const MANIFEST = 'flash_manifest.json';
const BUILD_FOLDER = '.build';

/** The report that the pack step leaves beside the archive; bytes are uncompressed. */
const ReportSchema = z.object({
  files: z.int().nonnegative(),
  bytes: z.object({ archive: z.int().nonnegative() }),
  packages: z.array(z.object({ name: z.string(), version: z.string(), bytes: z.int().nonnegative() })),
  excluded: z.array(z.object({ name: z.string() })),
  warnings: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      hint: z.string().nullish(),
      location: z.object({ file: z.string(), line: z.int().nullish() }).nullish(),
    }),
  ),
});

/** The part of the plan's facts that is read back here. */
const PlannedEndpointsSchema = z.array(
  z.object({ name: z.string().nullable(), file: z.string(), line: z.int() }),
);

const FoundSchema = z.object({
  endpoints: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      file: z.string(),
      functions: z.array(z.object({ name: z.string() })),
    }),
  ),
});

/** The running code knows no lines; the syntax tree does. */
function lineOf(plan: BuildPlan, endpoint: { readonly name: string; readonly file: string }): number {
  const known = PlannedEndpointsSchema.parse(plan.facts['endpoints']);
  const inFile = known.filter((each) => each.file === endpoint.file);
  return (inFile.find((each) => each.name === endpoint.name) ?? inFile[0])?.line ?? 1;
}

/** A plain `-o NAME` is a name in `.flash/`, as the peer has it; a path is a path. */
function artifactPath({ root, output = 'artifact.tar.gz' }: DestinationRequest): string {
  const isPath = output.includes('/') || output.includes(sep);
  return isPath ? resolve(output) : join(root, OUTPUT_FOLDER, output);
}

/** The folder of the outputs is ignored; `-o` may name a file beside the code. */
export async function flashWrites(request: DestinationRequest): Promise<readonly string[]> {
  const artifact = artifactPath(request);
  const writable = await isReplaceable(artifact).catch(() => false);
  return writable ? [artifact] : [];
}

export function flashDestination(request: DestinationRequest): Destination {
  const folder = join(request.root, OUTPUT_FOLDER);
  const output = request.output ?? 'artifact.tar.gz';
  const artifact = artifactPath(request);
  // By their places, not their names: a path may lead to the same file.
  const others = [join(folder, MANIFEST), join(folder, BUILD_FOLDER), join(request.root, LOCK_FILE)];
  if (output === '' || output.endsWith('/') || [folder, request.root, ...others].includes(artifact)) {
    throw problem('OUTPUT_UNSAFE', `${JSON.stringify(output)} cannot be the archive's name`, {
      hint: 'choose another name: -o my-app.tar.gz',
    });
  }
  return { folder, artifact };
}

/** @throws OvenbirdError `FLASH_TOO_LARGE` with the packages that are worth leaving out */
function checkSize({ bytes, packages }: z.infer<typeof ReportSchema>, most: number): void {
  if (bytes.archive <= most) return;
  const largest = packages.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5);
  const names = largest.slice(0, 2).map((each) => each.name);
  throw problem(
    'FLASH_TOO_LARGE',
    `the archive has ${megabytes(bytes.archive)}, and may have ${megabytes(most)}`,
    {
      hint:
        names.length === 0
          ? 'leave files of the project out: name them in .gitignore'
          : `leave out what the worker has or does not need: --exclude ${names.join(',')}`,
      detail: largest.map((each) => `${each.name} ${each.version}: ${megabytes(each.bytes)}`).join('\n'),
    },
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What was received → where it goes and what the report says of it. */
export async function packageFlash(received: Received): Promise<Packaged> {
  const staged = (name: string): string => join(received.staging, name);
  await checkComputed(received.staging, received.plan);
  const report = ReportSchema.parse(JSON.parse(await readFile(staged('report.json'), 'utf8')));
  const options = parseFlashOptions(received.options);
  checkSize(report, options.maxSize);
  const found = FoundSchema.parse(JSON.parse(await readFile(staged('found.json'), 'utf8')));
  const outputs = join(received.root, OUTPUT_FOLDER);
  const others: Placement[] = [{ from: staged(MANIFEST), to: join(outputs, MANIFEST) }];
  if (received.plan.facts['lock'] === 'resolve') {
    others.push({ from: staged(LOCK_FILE), to: join(received.root, LOCK_FILE) });
  }
  if (options.keepBuild) {
    const folder = staged('build');
    await unpackArchive(staged('artifact.tar.gz'), folder);
    others.push({ from: folder, to: join(outputs, BUILD_FOLDER) });
  }
  return {
    file: staged('artifact.tar.gz'),
    others,
    contents: {
      files: report.files,
      packages: report.packages.map(({ name, version, bytes }) => ({ name, version, bytes })),
      excluded: report.excluded.map((each) => each.name),
      endpoints: found.endpoints.map((endpoint) => ({
        name: endpoint.name,
        kind: endpoint.kind,
        functions: endpoint.functions.map((each) => each.name),
        file: endpoint.file,
        line: lineOf(received.plan, endpoint),
      })),
      notes: [],
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
