import { relative, sep } from 'node:path';
import type { BuildResult } from '../build-options.ts';
import { printable } from './escape.ts';
import { formatLocation } from './phrases.ts';
import type { Style } from './style.ts';
import { count, formatBytes, formatDuration } from './units.ts';
import { displayWidth, padTo } from './width.ts';

/** Packages worth naming: the few that make up most of an archive. */
const BIGGEST = 5;
/** Below this a package explains nothing about the size. Bytes. */
const WORTH_NAMING = 1_000_000;

export interface SummaryOptions {
  readonly result: BuildResult;
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
  readonly style: Style;
}

/** The report that ends a build, for people. Ends with a line break. */
export function renderSummary({ result, cwd, style }: SummaryOptions): string {
  const rows: [string, string][] = [
    ['Application', printable(result.name)],
    ['Files packaged', String(result.files)],
    ['Dependencies', String(result.packages.length)],
    artifactRow(result, cwd),
    ['Size', formatBytes(result.artifact.bytes)],
    ...(result.executables ?? []).flatMap(executableRows),
    ['Python', printable(result.python)],
    ['Time', timeSpent(result)],
    ...optional('Biggest', biggest(result.packages)),
    ...optional('Excluded', result.excluded.map(printable).join(', ')),
  ];
  const width = Math.max(...rows.map(([label]) => displayWidth(label)));
  const lines = [
    '',
    ...rows.map(([label, value]) => ` ${style.dim(padTo(label, width))}  ${value}`),
    ...endpointLines(result.endpoints, style),
    '',
    `${style.green('✓')} ${style.bold(`${printable(result.name)} built`)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function artifactRow({ artifact, executables }: BuildResult, cwd: string): [string, string] {
  const { kind, path, tags = [] } = artifact;
  if (kind === 'image') return ['Image', tags.map(printable).join(', ')];
  if (executables) {
    return [executables.length > 1 ? 'Executables' : 'Executable', printable(shortPath(path, cwd))];
  }
  const named = tags.length === 0 ? '' : ` (${tags.map(printable).join(', ')})`;
  return ['Archive', `${printable(shortPath(path, cwd))}${named}`];
}

type Executable = NonNullable<BuildResult['executables']>[number];

function executableRows({ os, glibc, smoke }: Executable): [string, string][] {
  const system = os === 'linux' ? 'Linux' : 'Windows';
  return [
    ['Runs on', glibc === undefined ? system : `${system}, glibc ${printable(glibc)} or newer`],
    ...(smoke
      ? [['Tried', `${printable(smoke.command)} (${formatDuration(smoke.milliseconds)})`] as [string, string]]
      : []),
  ];
}

function timeSpent({ durationMs, cachedSteps, steps }: BuildResult): string {
  const cached = steps > 0 ? ` (${cachedSteps} of ${count(steps, 'step')} cached)` : '';
  return `${formatDuration(durationMs)}${cached}`;
}

function biggest(packages: BuildResult['packages']): string {
  return packages
    .filter((each) => each.bytes >= WORTH_NAMING)
    .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, BIGGEST)
    .map((each) => `${printable(each.name)} ${printable(each.version)} (${formatBytes(each.bytes)})`)
    .join(', ');
}

function endpointLines(endpoints: BuildResult['endpoints'], style: Style): string[] {
  if (endpoints.length === 0) return [];
  const cells = endpoints.map((each) => [each.name, each.kind, each.functions.join(', ')].map(printable));
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))));
  return [
    '',
    ` ${style.dim(count(endpoints.length, 'endpoint'))}`,
    ...endpoints.map((each, index) => {
      const row = (cells[index] ?? []).map((cell, column) => padTo(cell, widths[column] ?? 0));
      const place = style.dim(formatLocation({ file: each.file, line: each.line }));
      return `   ${row.join('  ')}  ${place}`;
    }),
  ];
}

function optional(label: string, value: string): [string, string][] {
  return value === '' ? [] : [[label, value]];
}

/** Relative where the path lies below `cwd`, else as it is. */
function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short === '..' || short.startsWith(`..${sep}`) ? path : short;
}
