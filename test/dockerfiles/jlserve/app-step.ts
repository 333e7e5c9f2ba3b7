import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pythonVersion, Step, type StepResult } from '../step.ts';
import { writeFiles } from '../../temporary.ts';
import { jlservePackages } from './app-packages.ts';

export interface AppRun extends StepResult {
  readonly step: Step;
  /** code, place and message of each problem, as `CODE file:line message`. */
  readonly said: readonly string[];
}

export interface AppOptions {
  /** Fields of the plan's request that differ from the usual. */
  readonly request?: object;
  /** Other mounts, or other contents of the usual ones. */
  readonly mounts?: Readonly<Record<string, string | object>>;
  /** Files beside the installed packages. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** What an app's file begins with: eight lines. */
export const HEAD = `import jlserve
from pydantic import BaseModel

class In(BaseModel):
    text: str

class Out(BaseModel):
    text: str
`;

/** An app without a mistake. Its class stands in line 10. */
export const APP = `${HEAD}@jlserve.app()
class Demo:
    def setup(self): pass
    def download_weights(self): pass
    @jlserve.endpoint()
    def predict(self, input: In) -> Out:
        return Out(text=input.text)
`;

/** The app step's mounts for a project. */
export async function appStep(
  files: Readonly<Record<string, string>>,
  options: AppOptions = {},
): Promise<Step> {
  const step = new Step(
    'app',
    {
      'plan/request.json': {
        file: 'app.py',
        class: 'Demo',
        name: null,
        endpoints: [],
        classLine: 10,
        port: 8000,
        python: await pythonVersion(),
        platform: 'linux/amd64',
        requirementsSource: '',
        timeoutSeconds: 30,
        ...options.request,
      },
      'deps/report.json': { packages: [] },
      'native/report.json': { version: 1, files: 0, missing: [], modules: {} },
      ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`project/${path}`, text])),
      ...options.mounts,
    },
    'jlserve',
  );
  await step.ready();
  await linkPackages(join(step.root, 'mnt/deps/root/opt/deps'), options.packages);
  return step;
}

/** A tree of the shared packages and some files of its own. */
export async function linkPackages(
  tree: string,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const packages = await jlservePackages();
  if (Object.keys(files).length === 0) {
    mkdirSync(dirname(tree), { recursive: true });
    symlinkSync(packages, tree);
    return;
  }
  mkdirSync(tree, { recursive: true });
  for (const name of readdirSync(packages)) symlinkSync(join(packages, name), join(tree, name));
  await writeFiles(tree, files);
}

/** Runs the app step on a project. */
export async function runApp(
  files: Readonly<Record<string, string>> | string,
  options: AppOptions = {},
): Promise<AppRun> {
  const step = await appStep(typeof files === 'string' ? { 'app.py': files } : files, options);
  const result = await step.run();
  const said = result.errors.map(({ code, message, location }) =>
    [code, `${location?.file ?? ''}:${location?.line ?? ''}`, message].join(' '),
  );
  return { step, said, ...result };
}
