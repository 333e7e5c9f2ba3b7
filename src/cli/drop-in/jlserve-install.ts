import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { problem, throwAll } from '../../errors.ts';
import type { ProjectTree } from '../../project/tree.ts';
import { readJlserveApp } from '../../targets/jlserve/read-app.ts';
import { runHere, type Surroundings } from './jlserve-run.ts';

export interface InstallOptions extends Surroundings {
  readonly root: string;
  /** The app's file, absolute. */
  readonly file: string;
  readonly tree: ProjectTree;
  readonly python: string;
  /** Folder for what is only needed now. */
  readonly work: string;
}

/**
 * Installs what the app requires with the user's uv, into the environment of its Python.
 * Nothing is installed where nothing is required.
 * @throws OvenbirdError `PROGRAM_NOT_FOUND`, `DEPENDENCY_UNRESOLVABLE`
 */
export async function installRequirements(options: InstallOptions): Promise<void> {
  const { root, file, tree, python, work, voice } = options;
  const { app, problems } = await readJlserveApp({ root, file: basename(file), tree });
  throwAll(problems);
  const { entries = [], files = [], uvLock } = app?.requirements ?? {};
  const top = files.filter((each) => each.top);
  if (entries.length === 0 && top.length === 0 && uvLock === undefined) return;
  const names = [
    ...entries.map(({ requirement }) => requirement),
    ...top.map(({ path }) => path),
    ...(uvLock === undefined ? [] : ['uv.lock']),
  ];
  voice.say(`Installing requirements: ${names.join(', ')}`);
  const sources = top.map(({ path }) => join(root, path));
  if (entries.length > 0) {
    // In a file: no requirement can pass for an option.
    const listed = join(work, 'requirements.txt');
    writeFileSync(listed, entries.map(({ requirement }) => `${requirement}\n`).join(''));
    sources.push(listed);
  }
  if (uvLock !== undefined) {
    const exported = join(work, 'uv.lock.txt');
    const project = ['--project', root, '--frozen', '--no-emit-project', '--no-default-groups'];
    await uv(['export', '--quiet', ...project, '--output-file', exported], options);
    sources.push(exported);
  }
  await uv(['pip', 'install', '--python', python, ...sources.flatMap((path) => ['-r', path])], options);
}

/** Shows uv's own words. */
async function uv(argv: readonly string[], options: InstallOptions): Promise<void> {
  const { root, context, voice } = options;
  const program = { program: 'uv', argv, cwd: root, env: context.env, draws: true };
  const { status, lines } = await runHere({ ...options, ...program }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT' && cause.code !== 'EACCES') throw cause;
      throw problem('PROGRAM_NOT_FOUND', "'uv' command not found. Please install uv", {
        hint: 'pip install uv, or build an image, which brings its own: jlserve build app.py',
        cause,
      });
    },
  );
  if (status === 0) return;
  const message = `Failed to install requirements: uv ended with status ${status}`;
  throw problem('DEPENDENCY_UNRESOLVABLE', message, {
    hint: voice.shown ? 'its own words are above' : 'change the requirements that it names',
    ...(lines.length === 0 ? {} : { detail: lines.join('\n') }),
  });
}
