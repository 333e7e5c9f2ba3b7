import { join } from 'node:path';
import { Step } from '../step.ts';

export interface TraceOptions {
  /** The request's entry; app.py as a script. */
  readonly entry?: object;
  readonly sourceRoots?: readonly string[];
  readonly project?: object;
  readonly arguments?: readonly string[];
  readonly http?: string;
  readonly timeoutSeconds?: number;
  /** Files beside the installed packages. */
  readonly packages?: Readonly<Record<string, string>>;
}

export interface Trace {
  readonly ran: boolean;
  readonly status: number | null;
  readonly modules: readonly string[];
  readonly metadata: readonly string[];
  /** Without the step's root. */
  readonly data: readonly string[];
  readonly loose: readonly string[];
  readonly libraries: readonly string[];
}

export interface TraceRun extends Trace {
  /** The file's bytes. */
  readonly text: string;
  readonly said: string;
  readonly seconds: number;
  readonly http: string;
  readonly reason: string;
  readonly step: Step;
}

/** Runs the trace step on a project. */
export async function trace(
  files: Readonly<Record<string, string>> | string,
  options: TraceOptions = {},
): Promise<TraceRun> {
  const project = typeof files === 'string' ? { 'app.py': files } : files;
  const below = (folder: string, all: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(all).map(([path, text]) => [`${folder}/${path}`, text]);
  const step = new Step(
    'trace',
    {
      'plan/request.json': {
        system: 'linux',
        entry: options.entry ?? { kind: 'script', file: 'app.py' },
        sourceRoots: options.sourceRoots ?? ['.'],
        project: options.project ?? null,
        smoke: {
          arguments: options.arguments ?? ['--help'],
          http: options.http === undefined ? null : { path: options.http },
          timeoutSeconds: options.timeoutSeconds ?? 10,
          asked: true,
        },
      },
      ...Object.fromEntries(below('project', project)),
      ...Object.fromEntries(below('deps', { 'empty.txt': '', ...options.packages })),
    },
    'pyinstaller',
  );
  const { status, stderr } = await step.run();
  if (status !== 0) throw new Error(stderr);
  const text = step.text('trace/trace.json');
  const found = JSON.parse(text) as Trace;
  const ended = step.text('trace-report/status');
  const short = (paths: readonly string[]): string[] =>
    paths.map((path) => path.replace(`${join(step.root, 'mnt')}/`, ''));
  return {
    ...found,
    data: short(found.data),
    loose: short(found.loose),
    libraries: short(found.libraries),
    text,
    status: ended === '' ? null : Number(ended),
    said: step.text('trace-report/said'),
    seconds: Number(step.text('trace-report/seconds')),
    http: step.text('trace-report/http'),
    reason: step.text('trace-report/reason'),
    step,
  };
}
