import type { BuildOptions, BuildResult } from '../../../src/build-options.ts';
import type { Builder } from '../../../src/cli/context.ts';
import { main } from '../../../src/cli/main.ts';
import { problem } from '../../../src/errors.ts';
import { temporaryFolder, writeFiles } from '../../temporary.ts';

export interface SettingsCase {
  /** As it is typed, after `ovenbird`, or word for word; `ROOT` is the folder of the files. */
  readonly argv: string | readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is typed, in the folder of the files. */
  readonly cwd?: string;
  /** The folder of the files, when it was made already. */
  readonly root?: string;
  /** What the project is taken for. */
  readonly detected?: string;
}

export interface SettingsRun {
  readonly root: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the library was asked for. */
  readonly options: BuildOptions | undefined;
  /** How often it was asked what the project is. */
  readonly detections: number;
}

/** A command line in this process, before a library that only notes what it is asked for. */
export async function run(given: SettingsCase): Promise<SettingsRun> {
  const { argv, files = {}, env = {}, root = temporaryFolder(), detected = 'flash' } = given;
  await writeFiles(root, { 'app.py': '', ...files });
  let stdout = '';
  let stderr = '';
  let options: BuildOptions | undefined;
  let detections = 0;
  const builder: Builder = {
    buildProject: (asked) => {
      options = asked;
      return Promise.resolve({} as BuildResult);
    },
    planProject: (asked) => {
      options = asked;
      return Promise.reject(problem('FLASH_NO_ENDPOINTS', 'planned no further'));
    },
    detectTarget: () => {
      detections += 1;
      return Promise.resolve(detected);
    },
    renderPlan: () => Promise.reject(new Error('not in this play')),
  };
  const words = typeof argv === 'string' ? argv.split(' ') : argv;
  const isQuiet = words.includes('build') && env['OVENBIRD_PROGRESS'] === undefined;
  const status = await main({
    program: 'ovenbird',
    argv: [...words, ...(isQuiet ? ['--progress', 'quiet'] : [])].map((each) => each.replace('ROOT', root)),
    context: {
      env,
      cwd: `${root}${given.cwd === undefined ? '' : `/${given.cwd}`}`,
      stdout: { write: (text: string) => (stdout += text) !== '' },
      stderr: { write: (text: string) => (stderr += text) !== '' },
      listenForSignals: () => ({ signal: new AbortController().signal, end: () => undefined }),
      loadBuilder: () => Promise.resolve(builder),
    },
  });
  return { root, status, stdout, stderr, options, detections };
}
