import { join } from 'node:path';
import { buildProject, type BuildOptions, type BuildResult } from '../../src/build.ts';
import { OvenbirdError } from '../../src/errors.ts';
import type { BuildEvent } from '../../src/events.ts';
import { dockerAt } from '../engine-cache.ts';
import { imageTag } from '../jlserve.ts';
import { temporaryFolder, writeFiles } from '../temporary.ts';
import { testEngines } from './engines.ts';

const [newest] = testEngines().toReversed();

/** The newest engine's address: for all that does not depend on the engine. */
export const ENGINE = newest?.address ?? '';

export interface AppText {
  readonly name?: string;
  readonly requirements?: readonly string[];
  /** Bodies of methods, as lines. */
  readonly download?: readonly string[];
  readonly setup?: readonly string[];
  readonly answer?: readonly string[];
  /** Lines at the top level, after the class: its line must stay the same, as it is part of
   * what the requirements are resolved from. */
  readonly after?: readonly string[];
  readonly imports?: readonly string[];
}

/** Where the image keeps its weights, in Python. */
export const CACHE = 'Path(os.environ["JLSERVE_CACHE_DIR"])';

/**
 * A small app without requirements. All of them have equal locks, so only the first one's
 * packages are resolved and installed.
 */
export function appText({
  name = 'Small',
  requirements,
  download = [`(${CACHE} / "weights.bin").write_bytes(b"weights")`],
  setup = ['pass'],
  answer = [`return Answer(text=(${CACHE} / "weights.bin").read_text())`],
  after = [],
  imports = [],
}: AppText = {}): string {
  const list = requirements === undefined ? '' : `, requirements=${JSON.stringify(requirements)}`;
  return [
    `import os, sys, time${imports.length === 0 ? '' : `; ${imports.join('; ')}`}`,
    'from pathlib import Path',
    'import jlserve',
    'from pydantic import BaseModel',
    '',
    'class Question(BaseModel):',
    '    text: str = ""',
    '',
    'class Answer(BaseModel):',
    '    text: str',
    '',
    `@jlserve.app(name=${JSON.stringify(name)}${list})`,
    'class App:',
    '    def download_weights(self) -> None:',
    ...indented(download),
    '',
    '    def setup(self) -> None:',
    ...indented(setup),
    '',
    '    @jlserve.endpoint()',
    '    def answer(self, question: Question) -> Answer:',
    ...indented(answer),
    '',
    ...after,
    '',
  ].join('\n');
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `        ${line}`);
}

/** A project of these files, for as long as the test runs. */
export async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

export interface Built extends BuildResult {
  readonly tag: string;
  readonly events: readonly BuildEvent[];
}

export interface JlserveBuild extends Partial<Omit<BuildOptions, 'project' | 'target' | 'targetOptions'>> {
  /** Of the target; a name of the test's own is added unless there are some. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Gets the events also when the build fails. */
  readonly events?: BuildEvent[];
}

/** Builds `app.py` of a folder as the command does, without this machine's cache folder. */
export async function build(
  folder: string,
  { options = {}, events = [], engine = ENGINE, environment, ...rest }: JlserveBuild = {},
): Promise<Built> {
  const tag = imageTag(engine);
  const result = await buildProject({
    ...rest,
    project: join(folder, 'app.py'),
    target: 'jlserve',
    engine,
    onEvent: (event) => events.push(event),
    targetOptions: { tags: [tag], ...options },
    environment: { ...process.env, JLSERVE_CACHE_DIR: undefined, ...environment },
  });
  return { ...result, tag, events };
}

/** The error that a build ends with. */
export async function failure(building: Promise<unknown>): Promise<OvenbirdError> {
  const thrown = await building.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof OvenbirdError) return thrown;
  throw thrown ?? new Error('the build did not fail');
}

/** Steps of the build that the engine's cache did not answer for. */
export function ran(events: readonly BuildEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'step-finished' && !event.cached ? [event.title] : []));
}

export const WEIGHTS_STEP = 'Downloading weights...';

export function notes(events: readonly BuildEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
}

export function warnings(events: readonly BuildEvent[]): { code: string; message: string }[] {
  return events.flatMap((event) => (event.type === 'warning' ? [event] : []));
}

/** What the app and the steps printed. */
export function logs(events: readonly BuildEvent[]): string {
  return events.flatMap((event) => (event.type === 'log' ? [event.text] : [])).join('\n');
}

/** Names of images that are only there while a build checks them. */
export async function unverified(engine = ENGINE): Promise<string[]> {
  const images = await dockerAt(engine).listImages();
  return images
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .filter((name) => name.startsWith('ovenbird-unverified:'));
}
