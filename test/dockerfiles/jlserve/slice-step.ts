import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pythonVersion, Step, type StepResult } from '../step.ts';

/** A lock without any requirement. */
export async function emptyLock(): Promise<string> {
  return `# ovenbird.lock 1\n# python ${await pythonVersion()} linux/amd64 glibc 2.36\n# inputs given\n`;
}

export interface Part {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly digest: string;
}

export interface SliceReport {
  readonly mode: string;
  readonly asked: string;
  readonly why: readonly string[];
  readonly key: string;
  readonly parts: readonly Part[];
  readonly packages: readonly { name: string; version: string }[];
}

export interface Sliced extends StepResult {
  readonly step: Step;
  readonly report: SliceReport;
  /** The files of code/, by path. */
  readonly code: Readonly<Record<string, string>>;
}

type Files = Readonly<Record<string, string>>;

export interface SliceOptions {
  readonly request?: object;
  readonly mounts?: Readonly<Record<string, string | object>>;
  /** Done with the step's root before it runs. */
  readonly prepare?: (root: string) => void;
}

/** Runs the slice step on a project. */
export async function slice(files: Files, options: SliceOptions = {}): Promise<Sliced> {
  const step = new Step(
    'slice',
    {
      'plan/request.json': { file: 'app.py', class: 'Demo', mode: 'slice', secrets: [], ...options.request },
      'lock/ovenbird.lock': await emptyLock(),
      ...options.mounts,
      ...under('project', files),
    },
    'jlserve',
  );
  await step.ready();
  options.prepare?.(step.root);
  const result = await step.run();
  if (result.status !== 0) return { step, ...result, report: {} as SliceReport, code: {} };
  const report = step.json('slice-report/report.json') as unknown as SliceReport;
  return { step, ...result, report, code: tree(join(step.root, 'ob/slice/code')) };
}

export interface Weights extends StepResult {
  readonly step: Step;
  readonly report: Readonly<Record<string, unknown>>;
  /** The files of the weights, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Runs the step once more, with the same cache mount. */
  readonly again: () => Promise<Weights>;
}

/** Runs the weights step on what the slice step left. */
export async function weights(sliced: Sliced, mounts: Files = {}): Promise<Weights> {
  const step = new Step('weights', mounts, 'jlserve');
  await step.ready();
  cpSync(join(sliced.step.root, 'ob/slice'), join(step.root, 'mnt/slice'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  return runWeights(step);
}

/** Puts another slice before a weights step that has run, and runs it. */
export function weightsOf(step: Step, sliced: Sliced): Promise<Weights> {
  rmSync(join(step.root, 'mnt/slice'), { recursive: true });
  cpSync(join(sliced.step.root, 'ob/slice'), join(step.root, 'mnt/slice'), { recursive: true });
  return runWeights(step);
}

async function runWeights(step: Step): Promise<Weights> {
  for (const left of ['ob/weights', 'ob/weights-report'])
    rmSync(join(step.root, left), { recursive: true, force: true });
  const result = await step.run({ UNRELATED: 'of the host' });
  const again = (): Promise<Weights> => runWeights(step);
  if (result.status !== 0) return { step, ...result, report: {}, files: {}, again };
  const report = step.json('weights-report/report.json');
  return {
    step,
    ...result,
    report,
    files: tree(join(step.root, 'ob/weights/root/var/cache/jlserve')),
    again,
  };
}

/** Slices and runs. */
export async function built(files: Files, options: SliceOptions = {}, mounts: Files = {}): Promise<Weights> {
  const sliced = await slice(files, options);
  if (sliced.status !== 0) throw new Error(sliced.stderr);
  return weights(sliced, mounts);
}

export function under(folder: string, files: Files): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      // A name that is no UTF-8 has no path here.
      .filter((entry) => !entry.name.includes('\uFFFD'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
  );
}

/** An app whose download_weights() has the lines given; its class stands in line 9. */
export function app(lines: readonly string[], before: readonly string[] = [], members = ''): string {
  return `${HEAD}${before.map((line) => `${line}\n`).join('')}
@jlserve.app()
class Demo:
${members}    def download_weights(self):
${lines.map((line) => `        ${line}\n`).join('')}
    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return data
`;
}

/** What app() begins with: five lines. */
export const HEAD = `import os
import jlserve
from pydantic import BaseModel
class Input(BaseModel):
    text: str = ""
`;

/** Python that writes a file into the cache folder. */
export function save(expression: string, name = 'out.txt'): string {
  return `open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "${name}"), "w").write(str(${expression}))`;
}
